package io.nodeflame.collector.profile;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The labels of one series, sorted by name. Two sets are equal when all names and values are.
 *
 * <p>{@code __name__} is not among them: the profile type owns it.
 */
public final class SeriesLabels {
  /** The label that Pyroscope and Grafana group by first. */
  public static final String SERVICE_NAME = "service_name";

  private static final Pattern NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

  private final SortedMap<String, String> labels;

  private SeriesLabels(SortedMap<String, String> labels) {
    this.labels = labels;
  }

  /**
   * Labels with an empty value are left out.
   *
   * @throws IllegalArgumentException when a name is malformed, or {@code service_name} is missing
   */
  public static SeriesLabels of(Map<String, String> labels) {
    SortedMap<String, String> sorted = new TreeMap<>();
    labels.forEach(
        (name, value) -> {
          if (!NAME.matcher(name).matches() || name.startsWith("__")) {
            throw new IllegalArgumentException("label name '" + name + "' is not allowed");
          }
          if (!value.isEmpty()) {
            sorted.put(name, value);
          }
        });
    if (!sorted.containsKey(SERVICE_NAME)) {
      throw new IllegalArgumentException("labels " + sorted.keySet() + " lack " + SERVICE_NAME);
    }
    return new SeriesLabels(Collections.unmodifiableSortedMap(sorted));
  }

  public SortedMap<String, String> asMap() {
    return labels;
  }

  public String serviceName() {
    return labels.getOrDefault(SERVICE_NAME, "");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SeriesLabels that && labels.equals(that.labels);
  }

  @Override
  public int hashCode() {
    return labels.hashCode();
  }

  @Override
  public String toString() {
    return labels.toString();
  }
}
