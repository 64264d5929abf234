package io.nodeflame.collector.e2e;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A pod of the test with one program of {@code deploy/demo}, and what must be seen of it.
 *
 * @param pod its name
 * @param command what its container runs
 * @param executable the base name of that
 * @param chain functions that call one another, root first, as profiles name them; empty where the
 *     stacks of the language are not shown whole
 */
record Workload(String pod, List<String> command, String executable, List<String> chain) {
  static final String NAMESPACE = "nodeflame-e2e";
  static final String CONTAINER = "main";

  static final List<Workload> ALL =
      List.of(
          new Workload(
              "shop-c", List.of("/demo/busy-c"), "busy-c", List.of("serve", "checkout", "price")),
          new Workload(
              "shop-go",
              List.of("/demo/busy-go"),
              "busy-go",
              List.of("main.serve", "main.checkout", "main.price")),
          new Workload(
              "shop-java",
              List.of("/demo/java/bin/java", "-cp", "/demo", "Busy"),
              "java",
              List.of()),
          new Workload(
              "shop-python", List.of("/usr/bin/python3", "/demo/busy.py"), "python3", List.of()));

  /** Labels that its series must have. */
  Map<String, String> labels(String node) {
    return new TreeMap<>(
        Map.of(
            "node", node,
            "namespace", NAMESPACE,
            "pod", pod,
            "container", CONTAINER,
            "workload_kind", "Pod",
            "workload_name", pod,
            "service_name", pod));
  }

  /** Whether a series with these labels is of this workload. */
  boolean isOf(Map<String, String> labels, String node) {
    return labels.entrySet().containsAll(labels(node).entrySet());
  }

  /** Names of labels that a series may have, and no other. */
  static Set<String> allowedLabels() {
    return Set.of(
        "__name__",
        "app_kubernetes_io_name",
        "app_kubernetes_io_version",
        "container",
        "namespace",
        "node",
        "pod",
        "service_name",
        "service_version",
        "workload_kind",
        "workload_name");
  }

  String manifest() {
    String words = String.join(", ", command.stream().map(word -> '"' + word + '"').toList());
    return """
        apiVersion: v1
        kind: Pod
        metadata:
          name: %s
          namespace: %s
          labels: {app.kubernetes.io/name: %s}
        spec:
          terminationGracePeriodSeconds: 1
          containers:
            - name: %s
              image: nodeflame-demo:dev
              imagePullPolicy: Never
              command: [%s]
              resources: {requests: {cpu: 10m, memory: 32Mi}, limits: {memory: 256Mi}}
        ---
        """
        .formatted(pod, NAMESPACE, pod, CONTAINER, words);
  }
}
