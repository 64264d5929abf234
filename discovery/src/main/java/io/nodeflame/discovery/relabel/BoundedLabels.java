package io.nodeflame.discovery.relabel;

import java.util.Map;
import java.util.TreeMap;

/**
 * Labels that may come from anybody, held to the bounds.
 *
 * @param sorted without empty values, which mean the same as none
 * @param cut how many labels were left out or shortened
 */
record BoundedLabels(TreeMap<String, String> sorted, int cut) {

  static BoundedLabels of(Map<String, String> labels) {
    TreeMap<String, String> sorted = new TreeMap<>();
    int cut = 0;
    for (Map.Entry<String, String> label : labels.entrySet()) {
      String value = label.getValue();
      if (value.isEmpty()) {
        continue;
      }
      if (!LabelName.isValid(label.getKey())) {
        cut++;
        continue;
      }
      String bounded = shortened(value, Relabeling.MAX_VALUE_CHARS);
      cut += bounded.length() == value.length() ? 0 : 1;
      sorted.put(label.getKey(), bounded);
      // The last in order goes, so that the result does not hang on the order of the given map.
      if (sorted.size() > Relabeling.MAX_LABELS) {
        sorted.pollLastEntry();
        cut++;
      }
    }
    return new BoundedLabels(sorted, cut);
  }

  /** At most so many characters, none of them half of a pair. */
  static String shortened(String text, int maxChars) {
    if (text.length() <= maxChars) {
      return text;
    }
    boolean inPair =
        Character.isHighSurrogate(text.charAt(maxChars - 1))
            && Character.isLowSurrogate(text.charAt(maxChars));
    return text.substring(0, inPair ? maxChars - 1 : maxChars);
  }
}
