package io.nodeflame.discovery.kubernetes;

import java.time.Duration;
import java.util.function.Predicate;

/**
 * What is watched, and how failures are met.
 *
 * @param nodeName the node whose pods are watched
 * @param annotationWanted called with the key of each annotation of a pod or namespace; those that
 *     no rule can use cost memory for nothing
 * @param retry the first pause after a failure; it doubles up to 32 times this
 * @param refusedRetry the longest pause after the API server has said that we may not
 * @param longestWatch when the API server should have ended a watch; one that is older is dead
 */
public record KubernetesSettings(
    ClusterAccess access,
    String nodeName,
    Predicate<String> annotationWanted,
    Duration retry,
    Duration refusedRetry,
    Duration longestWatch) {
  /** The API server's bound of a node's name. */
  private static final int MAX_NAME_CHARS = 253;

  /** Fabric8 asks for ten minutes. */
  private static final Duration LONGEST_WATCH = Duration.ofMinutes(11);

  /** With the pauses of the daemon. */
  public KubernetesSettings(
      ClusterAccess access, String nodeName, Predicate<String> annotationWanted) {
    this(
        access,
        nodeName,
        annotationWanted,
        Duration.ofSeconds(1),
        Duration.ofMinutes(5),
        LONGEST_WATCH);
  }

  /**
   * Checks the name, which becomes part of a request.
   *
   * @throws IllegalArgumentException when no node can have the name
   */
  public KubernetesSettings {
    if (!isDnsName(nodeName)) {
      throw new IllegalArgumentException("nodeName: not the name of a node");
    }
    if (retry.toMillis() < 1 || refusedRetry.toMillis() < 1 || longestWatch.toMillis() < 1) {
      throw new IllegalArgumentException("a pause is below one millisecond");
    }
  }

  private static boolean isDnsName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean allowed = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
      if (!allowed) {
        return false;
      }
    }
    return !name.isEmpty() && name.length() <= MAX_NAME_CHARS;
  }
}
