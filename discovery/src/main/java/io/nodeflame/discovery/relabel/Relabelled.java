package io.nodeflame.discovery.relabel;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** What rules made of a label set. */
public sealed interface Relabelled {

  /**
   * The label set is kept.
   *
   * @param labels unmodifiable, with those whose names start with {@code __}
   * @param cut how many labels and values a bound left out or shortened; normally 0
   */
  record Kept(SortedMap<String, String> labels, int cut) implements Relabelled {
    /** Without the labels whose names start with {@code __}, which end with the relabelling. */
    public SortedMap<String, String> visible() {
      SortedMap<String, String> visible = new TreeMap<>(labels);
      visible.keySet().removeIf(name -> name.startsWith("__"));
      return Collections.unmodifiableSortedMap(visible);
    }
  }

  /**
   * The label set is dropped.
   *
   * @param rule the index, from 0, of the rule that did it
   */
  record Dropped(int rule) implements Relabelled {}
}
