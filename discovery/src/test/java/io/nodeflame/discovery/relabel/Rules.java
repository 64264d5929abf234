package io.nodeflame.discovery.relabel;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** Short ways to write rules in tests: words such as {@code action=drop source_labels=a,b}. */
final class Rules {
  private Rules() {}

  static RelabelRule rule(String words) {
    List<String> sources = List.of();
    String separator = RelabelRule.DEFAULT_SEPARATOR;
    String regex = RelabelRule.DEFAULT_REGEX;
    long modulus = 0;
    String target = "";
    String replacement = RelabelRule.DEFAULT_REPLACEMENT;
    RelabelAction action = RelabelAction.REPLACE;
    for (String word : words.strip().split(" +", -1)) {
      String[] field = word.split("=", 2);
      String value = field.length == 1 ? "" : plain(field[1]);
      switch (field[0]) {
        case "" -> {}
        case "source_labels" -> sources = List.of(value.split(",", -1));
        case "separator" -> separator = value;
        case "regex" -> regex = value;
        case "modulus" -> modulus = Long.parseLong(value);
        case "target_label" -> target = value;
        case "replacement" -> replacement = value;
        case "action" -> action = RelabelAction.of(value).orElseThrow();
        default -> throw new IllegalArgumentException("no field of a rule: " + word);
      }
    }
    return new RelabelRule(sources, separator, regex, modulus, target, replacement, action);
  }

  static Relabeling relabeling(String... rules) {
    return Relabeling.of(List.of(rules).stream().map(Rules::rule).toList());
  }

  /** The labels, of which none was cut; fails when the label set is dropped. */
  static SortedMap<String, String> kept(Relabeling relabeling, Map<String, String> labels) {
    if (relabeling.apply(labels) instanceof Relabelled.Kept kept && kept.cut() == 0) {
      return kept.labels();
    }
    throw new AssertionError(relabeling.apply(labels));
  }

  static String plain(String text) {
    return text.replace("<space>", " ").replace("<newline>", "\n").replace("<tab>", "\t");
  }
}
