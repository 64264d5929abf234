package io.nodeflame.discovery.kubernetes;

/** What is watched, in words for requests and for people. */
enum WatchedResource {
  PODS("pods", "no process gets the labels of its pod"),
  NAMESPACES("namespaces", "labels and annotations of namespaces are not known");

  private final String plural;
  private final String loss;

  WatchedResource(String plural, String loss) {
    this.plural = plural;
    this.loss = loss;
  }

  String plural() {
    return plural;
  }

  /** What the daemon does without while this resource cannot be read. */
  String loss() {
    return loss;
  }
}
