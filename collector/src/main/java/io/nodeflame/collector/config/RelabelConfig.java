package io.nodeflame.collector.config;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * One relabel rule, with the keys and defaults of Prometheus' {@code relabel_config}.
 *
 * @param modulus 0 when not set; only hashmod uses it
 * @param targetLabel empty when not set
 */
public record RelabelConfig(
    List<String> sourceLabels,
    String separator,
    String regex,
    int modulus,
    String targetLabel,
    String replacement,
    Action action) {

  /** What a rule does. */
  public enum Action {
    REPLACE,
    KEEP,
    DROP,
    HASHMOD,
    LABELMAP,
    LABELDROP,
    LABELKEEP,
    LOWERCASE,
    UPPERCASE,
    KEEPEQUAL,
    DROPEQUAL
  }

  /** The actions that write or compare the target label. */
  private static final Set<Action> NEED_TARGET =
      EnumSet.of(
          Action.REPLACE,
          Action.HASHMOD,
          Action.LOWERCASE,
          Action.UPPERCASE,
          Action.KEEPEQUAL,
          Action.DROPEQUAL);

  private static final Rule<String> SOURCE_LABEL =
      Rules.matching("[a-zA-Z_][a-zA-Z0-9_]{0,255}", "a label name, also with two _ in front");
  private static final Rule<String> REGEX =
      new Rule<>("a regular expression", Rules.TEXT.parser(), RelabelConfig::isRegex);
  private static final Rule<Integer> MODULUS = Rules.integer(1, Integer.MAX_VALUE);

  /** A name, or for {@code replace} a name made of the regular expression's groups. */
  private static final Rule<String> TARGET_LABEL =
      Rules.matching(
          "([a-zA-Z_$][a-zA-Z0-9_${}]{0,255})?", "a label name, in it ${1} for a group of regex");

  private static final Rule<Action> ACTION = Rules.oneOf(Action.class);

  public RelabelConfig {
    sourceLabels = List.copyOf(sourceLabels);
    SOURCE_LABEL.requireEach("source_labels", sourceLabels);
    REGEX.require("regex", regex);
    TARGET_LABEL.require("target_label", targetLabel);
    String missing = missing(action, targetLabel, modulus);
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(missing);
    }
  }

  /** Empty when the rule lacks what its action needs; the problem is noted then. */
  static Optional<RelabelConfig> read(Section section) {
    Action action = section.value("action", Action.REPLACE, ACTION);
    int modulus = section.value("modulus", 0, MODULUS);
    String targetLabel = section.value("target_label", "", TARGET_LABEL);
    List<String> sourceLabels = section.list("source_labels", List.of(), SOURCE_LABEL);
    String separator = section.value("separator", ";", Rules.TEXT);
    String regex = section.value("regex", "(.*)", REGEX);
    String replacement = section.value("replacement", "$1", Rules.TEXT);
    section.refuseOtherKeys();
    String missing = missing(action, targetLabel, modulus);
    if (missing.isEmpty()) {
      return Optional.of(
          new RelabelConfig(
              sourceLabels, separator, regex, modulus, targetLabel, replacement, action));
    }
    if (section.isSound()) {
      section.problem("action", missing);
    }
    return Optional.empty();
  }

  PrintedSection print() {
    PrintedSection printed =
        new PrintedSection()
            .texts("source_labels", sourceLabels)
            .text("separator", separator)
            .text("regex", regex)
            .text("target_label", targetLabel)
            .text("replacement", replacement)
            .text("action", Rules.name(action));
    return modulus == 0 ? printed : printed.number("modulus", modulus);
  }

  private static String missing(Action action, String targetLabel, int modulus) {
    if (NEED_TARGET.contains(action) && targetLabel.isEmpty()) {
      return "action " + Rules.name(action) + " needs target_label";
    }
    return action == Action.HASHMOD && modulus == 0 ? "action hashmod needs modulus" : "";
  }

  private static boolean isRegex(String text) {
    if (!Rules.TEXT.accepts().test(text)) {
      return false; // its length bounds the compiler's recursion
    }
    try {
      Pattern.compile(text);
      return true;
    } catch (PatternSyntaxException e) {
      return false;
    }
  }
}
