package io.nodeflame.collector.delivery;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the bound of series did to an endpoint's profiles, at one moment.
 *
 * @param series distinct label sets of the last hour
 * @param droppedLabels by kind of label, how many profiles went without it
 * @param beyondBound profiles of series beyond the bound, sent all the same
 */
public record SeriesAccounts(int series, Map<String, Long> droppedLabels, long beyondBound) {
  public SeriesAccounts {
    droppedLabels = Collections.unmodifiableSortedMap(new TreeMap<>(droppedLabels));
  }
}
