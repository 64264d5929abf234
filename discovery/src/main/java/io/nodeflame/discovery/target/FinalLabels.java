package io.nodeflame.discovery.target;

import io.nodeflame.discovery.LabelRules;
import io.nodeflame.discovery.Labels;
import io.nodeflame.discovery.PlainText;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The labels of a series: what the rules left, within the bounds of the server.
 *
 * @param leftOut how many labels there was no room for, or whose name is not allowed
 */
record FinalLabels(Labels labels, int leftOut) {
  /** Kept first when there are too many: without them a series cannot be told from others. */
  private static final List<String> FIRST =
      List.of(
          Labels.SERVICE_NAME,
          Labels.NAMESPACE,
          Labels.POD,
          Labels.CONTAINER,
          Labels.NODE,
          Labels.WORKLOAD_KIND,
          Labels.WORKLOAD_NAME,
          Labels.SERVICE_VERSION);

  /**
   * Bounds them.
   *
   * @param visible without the labels whose names start with {@code __}
   * @param serviceName where the rules left none
   */
  static FinalLabels of(SortedMap<String, String> visible, String serviceName) {
    Bounded bounded = new Bounded();
    bounded.add(Labels.SERVICE_NAME, visible.getOrDefault(Labels.SERVICE_NAME, ""));
    bounded.addIfAbsent(Labels.SERVICE_NAME, serviceName);
    for (String name : FIRST) {
      bounded.addIfAbsent(name, visible.getOrDefault(name, ""));
    }
    for (Map.Entry<String, String> label : visible.entrySet()) {
      bounded.addIfAbsent(label.getKey(), label.getValue());
    }
    return new FinalLabels(Labels.of(bounded.labels), bounded.leftOut);
  }

  private static final class Bounded {
    final TreeMap<String, String> labels = new TreeMap<>();
    int leftOut;

    void addIfAbsent(String name, String value) {
      if (!labels.containsKey(name)) {
        add(name, value);
      }
    }

    void add(String name, String value) {
      String plain = PlainText.of(value, Labels.MAX_VALUE_CHARS);
      if (plain.isEmpty()) {
        return;
      }
      if (labels.size() < Labels.MAX_LABELS && LabelRules.problem(name, plain).isEmpty()) {
        labels.put(name, plain);
      } else {
        leftOut++;
      }
    }
  }
}
