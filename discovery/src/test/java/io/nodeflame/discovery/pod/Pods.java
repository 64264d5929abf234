package io.nodeflame.discovery.pod;

/** Pods for tests. */
final class Pods {
  private Pods() {}

  static String id(char digit) {
    return String.valueOf(digit).repeat(64);
  }

  static PodBuilder builder(String uid, String name) {
    return new PodBuilder(new SharedStrings(16), key -> true)
        .identity(uid, "shop", name)
        .phase("Running")
        .node("node-1");
  }

  /** One running container {@code main}. */
  static Pod running(String uid, String name, char containerId) {
    return running(uid, name, containerId, "");
  }

  static Pod running(String uid, String name, char containerId, String lastId) {
    return builder(uid, name)
        .container(PodContainer.Kind.APP, "main", "image")
        .status("main", "containerd://" + id(containerId), lastId)
        .build()
        .orElseThrow();
  }

  /** The mirror of a static pod. */
  static Pod mirror(String uid, String hash, char containerId) {
    return builder(uid, "etcd-node-1")
        .controller("v1", "Node", "node-1")
        .annotation("kubernetes.io/config.hash", hash)
        .annotation("kubernetes.io/config.mirror", hash)
        .container(PodContainer.Kind.APP, "etcd", "image")
        .status("etcd", "containerd://" + id(containerId), "")
        .build()
        .orElseThrow();
  }
}
