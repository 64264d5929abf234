package io.nodeflame.collector.config;

import io.nodeflame.discovery.relabel.RelabelAction;
import io.nodeflame.discovery.relabel.RelabelRule;
import io.nodeflame.discovery.relabel.Relabeling;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One relabel rule, with the keys and defaults of Prometheus' {@code relabel_config}. Both its
 * spelling ({@code source_labels}) and that of our other keys ({@code sourceLabels}) are read; the
 * first is printed.
 */
public record RelabelConfig(RelabelRule rule) {

  private static final Rule<String> SOURCE_LABEL =
      new Rule<>("a label name, also with two _ in front", Optional::of, RelabelRule::isLabelName);
  private static final Rule<Integer> MODULUS = Rules.integer(1, Integer.MAX_VALUE);
  private static final Rule<RelabelAction> ACTION =
      new Rule<>(
          Arrays.stream(RelabelAction.values())
              .map(RelabelAction::word)
              .collect(Collectors.joining(", ")),
          RelabelAction::of,
          action -> true);

  public RelabelConfig {
    List<RelabelRule.Problem> problems = rule.problems();
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          problems.stream().map(Object::toString).collect(Collectors.joining("; ")));
    }
  }

  /** All rules under a key; what they break together is noted there. */
  static List<RelabelConfig> readAll(Section section, String key) {
    List<RelabelConfig> configs = section.sections(key, RelabelConfig::read);
    Relabeling.problems(configs.stream().map(RelabelConfig::rule).toList())
        .forEach(problem -> section.problem(key, problem));
    return configs;
  }

  /** Empty when the rule is of no use; the problems are noted then. */
  static Optional<RelabelConfig> read(Section section) {
    String sourceLabels = spelling(section, "source_labels", "sourceLabels");
    String targetLabel = spelling(section, "target_label", "targetLabel");
    RelabelRule rule =
        new RelabelRule(
            section.list(sourceLabels, List.of(), SOURCE_LABEL),
            section.value("separator", RelabelRule.DEFAULT_SEPARATOR, Rules.TEXT),
            section.value("regex", RelabelRule.DEFAULT_REGEX, Rules.TEXT),
            section.value("modulus", 0, MODULUS),
            section.value(targetLabel, "", Rules.TEXT),
            section.value("replacement", RelabelRule.DEFAULT_REPLACEMENT, Rules.TEXT),
            section.value("action", RelabelAction.REPLACE, ACTION));
    section.refuseOtherKeys();
    // Beside another mistake, what an action needs or has no use for would be guessed.
    List<RelabelRule.Problem> problems =
        section.isSound() ? rule.problems() : regexAlone(rule.regex()).problems();
    Function<String, String> key =
        field ->
            field.equals("source_labels")
                ? sourceLabels
                : field.equals("target_label") ? targetLabel : field;
    problems.forEach(problem -> section.problem(key.apply(problem.field()), problem.reason()));
    return section.isSound() ? Optional.of(new RelabelConfig(rule)) : Optional.empty();
  }

  private static RelabelRule regexAlone(String regex) {
    return new RelabelRule(
        List.of(),
        RelabelRule.DEFAULT_SEPARATOR,
        regex,
        0,
        "",
        RelabelRule.DEFAULT_REPLACEMENT,
        RelabelAction.DROP);
  }

  PrintedSection print() {
    PrintedSection printed =
        new PrintedSection()
            .texts("source_labels", rule.sourceLabels())
            .text("separator", rule.separator())
            .text("regex", rule.regex())
            .text("target_label", rule.targetLabel())
            .text("replacement", rule.replacement())
            .text("action", rule.action().word());
    return rule.modulus() == 0 ? printed : printed.number("modulus", (int) rule.modulus());
  }

  /** The spelling that the file uses, the first if none. */
  private static String spelling(Section section, String key, String otherKey) {
    if (!section.has(otherKey)) {
      return key;
    }
    if (section.has(key)) {
      section.problem(otherKey, "either " + key + " or " + otherKey + ", not both");
    }
    return otherKey;
  }
}
