package io.nodeflame.discovery;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An immutable label set, sorted by name. Two sets are equal when all names and values are.
 *
 * <p>Names are plain Prometheus names without a leading {@code __}; values are not empty, hold no
 * control characters or broken surrogates, and are at most {@link #MAX_VALUE_CHARS} long. The
 * bounds keep a series below the limits of the server.
 */
public final class Labels {
  public static final String SERVICE_NAME = "service_name";
  public static final String NODE = "node";
  public static final String NAMESPACE = "namespace";
  public static final String POD = "pod";
  public static final String CONTAINER = "container";
  public static final String WORKLOAD_KIND = "workload_kind";
  public static final String WORKLOAD_NAME = "workload_name";
  public static final String SERVICE_VERSION = "service_version";

  /** The server's bound is 30, and it counts {@code __name__} too. */
  public static final int MAX_LABELS = 29;

  public static final int MAX_NAME_CHARS = 128;

  /** A character takes at most three bytes; the server's bound is 2048 bytes. */
  public static final int MAX_VALUE_CHARS = 512;

  public static final Labels EMPTY = new Labels(new TreeMap<>());

  private final SortedMap<String, String> sorted;
  private final int hash;

  private Labels(SortedMap<String, String> sorted) {
    this.sorted = Collections.unmodifiableSortedMap(sorted);
    this.hash = sorted.hashCode();
  }

  /**
   * Checks and copies.
   *
   * @throws IllegalArgumentException when a name or value breaks a rule, or there are too many
   */
  public static Labels of(Map<String, String> labels) {
    if (labels.size() > MAX_LABELS) {
      throw new IllegalArgumentException(labels.size() + " labels, more than " + MAX_LABELS);
    }
    labels.forEach(
        (name, value) -> {
          String problem = LabelRules.problem(name, value);
          if (!problem.isEmpty()) {
            throw new IllegalArgumentException(problem);
          }
        });
    return new Labels(new TreeMap<>(labels));
  }

  /** The value, or the empty string when there is no such label. */
  public String value(String name) {
    return sorted.getOrDefault(name, "");
  }

  /** Unmodifiable, sorted by name. */
  public SortedMap<String, String> asMap() {
    return sorted;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Labels that && hash == that.hash && sorted.equals(that.sorted);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return sorted.toString();
  }
}
