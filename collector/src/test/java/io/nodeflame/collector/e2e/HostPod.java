package io.nodeflame.collector.e2e;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Pods that do something to files of their node, which they see at {@code /host}. */
final class HostPod {
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private HostPod() {}

  /** Starts a Python program and waits until it runs. */
  static void start(String namespace, String name, String node, List<String> python)
      throws Exception {
    String command = python.stream().map(HostPod::quoted).collect(Collectors.joining(", "));
    Cluster.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s, namespace: %s}
        spec:
          nodeName: %s
          terminationGracePeriodSeconds: 0
          containers:
            - name: python
              image: nodeflame-demo:dev
              imagePullPolicy: Never
              command: [/usr/bin/python3, -u, -c, %s]
              volumeMounts: [{name: host, mountPath: /host}]
          volumes: [{name: host, hostPath: {path: /}}]
        """
            .formatted(name, namespace, node, command));
    Cluster.await(
        PATIENCE,
        "the pod " + name,
        () ->
            Objects.at(Cluster.get("pod", name, "-n", namespace), "status", "phase")
                .equals("Running"));
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }
}
