package io.nodeflame.collector.store;

import java.util.Map;
import java.util.SortedMap;

/**
 * Values over time of the series that share some labels.
 *
 * @param labels the labels they were grouped by
 * @param values by time, milliseconds since 1970: the sum over the step that ends there. A step
 *     without profiles has none
 */
public record SeriesPoints(SortedMap<String, String> labels, SortedMap<Long, Long> values) {

  /** Sum over all steps. */
  public long sum() {
    long sum = 0;
    for (Map.Entry<Long, Long> point : values.entrySet()) {
      sum += point.getValue();
    }
    return sum;
  }
}
