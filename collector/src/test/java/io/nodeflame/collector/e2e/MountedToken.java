package io.nodeflame.collector.e2e;

import java.io.IOException;
import java.util.List;

/** The daemon's token where the kubelet has put it on the node, in the hands of a pod. */
final class MountedToken {
  private static final String POD = "token";

  /** Does STEP again and again with each path at which the token is. */
  private static final String LOOP =
      """
      import glob, hashlib, os, time
      places = []
      for root, directories, files in os.walk("/host/var/lib"):
          directories[:] = [d for d in directories if d != "rootfs" and "snapshotter" not in d]
          if "UID" in directories:
              places.append(os.path.join(root, "UID"))
      last = ""
      while True:
          for place in places:
              for token in glob.glob(place + "/volumes/*projected/*/..data/token"):
                  STEP
          time.sleep(0.05)
      """;

  private static final String REMOVE = "os.remove(token); print('removed', token)";

  private static final String WATCH =
      "now = hashlib.sha256(open(token).read().encode()).hexdigest();"
          + " now == last or print('token', now); last = now";

  private final String namespace;

  private MountedToken(String namespace) {
    this.namespace = namespace;
  }

  /** Starts a pod that looks at the token. */
  static MountedToken watch(String namespace) throws Exception {
    return start(namespace, WATCH);
  }

  /** Starts a pod that removes the token, as often as the kubelet brings it back. */
  static MountedToken remove(String namespace) throws Exception {
    return start(namespace, REMOVE);
  }

  private static MountedToken start(String namespace, String step) throws Exception {
    String uid = (String) Objects.at(Agent.pod(), "metadata", "uid");
    String program = LOOP.replace("UID", uid).replace("STEP", step);
    HostPod.start(namespace, POD, Agent.node(), List.of(program));
    MountedToken token = new MountedToken(namespace);
    Cluster.await(HostPod.PATIENCE, "the token to be found", () -> token.steps() > 0);
    return token;
  }

  /**
   * How often it was removed, or another one was there than before. 0 while that is not known: a
   * kubelet that has just started has no logs.
   */
  long steps() throws IOException, InterruptedException {
    return Tools.kubectl("-n", namespace, "logs", POD).out().lines().count();
  }

  /** Ends the pod. */
  void leave() throws IOException, InterruptedException {
    Tools.kubectl("-n", namespace, "delete", "pod", POD).succeeded();
  }
}
