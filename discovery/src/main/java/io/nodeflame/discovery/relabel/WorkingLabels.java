package io.nodeflame.discovery.relabel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A label set while rules work on it. Its order decides which label wins when {@code labelmap}
 * gives several the same name, and is that of Prometheus: first the given labels by name, then
 * those that rules have written, in the order of their first writing; the last one wins.
 */
final class WorkingLabels {
  private final Map<String, String> values;
  private final Set<String> written = new HashSet<>();
  private int cut;

  WorkingLabels(BoundedLabels given) {
    this.values = new LinkedHashMap<>(given.sorted());
    this.cut = given.cut();
  }

  /** Empty when there is no such label. */
  String value(String name) {
    return values.getOrDefault(name, "");
  }

  /** An empty value removes the label. */
  void set(String name, String value) {
    if (value.isEmpty()) {
      remove(name);
      return;
    }
    if (!values.containsKey(name) && values.size() == Relabeling.MAX_LABELS) {
      cut++;
      return;
    }
    if (written.add(name)) {
      values.remove(name);
    }
    values.put(name, bounded(value, Relabeling.MAX_VALUE_CHARS));
  }

  void remove(String name) {
    values.remove(name);
    written.remove(name);
  }

  String joined(List<String> names, String separator) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < names.size() && text.length() <= Relabeling.MAX_JOINED_CHARS; i++) {
      text.append(i == 0 ? "" : separator).append(value(names.get(i)));
    }
    return bounded(text.toString(), Relabeling.MAX_JOINED_CHARS);
  }

  /** A copy, so that it can be read while labels are written. */
  List<Map.Entry<String, String>> entries() {
    List<Map.Entry<String, String>> copy = new ArrayList<>(values.size());
    values.forEach((name, value) -> copy.add(Map.entry(name, value)));
    return copy;
  }

  SortedMap<String, String> sorted() {
    return Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  /** How many labels and values a bound left out or shortened. */
  int cut() {
    return cut;
  }

  private String bounded(String text, int maxChars) {
    String shortened = BoundedLabels.shortened(text, maxChars);
    cut += shortened.length() == text.length() ? 0 : 1;
    return shortened;
  }
}
