package io.nodeflame.discovery.relabel;

import io.nodeflame.discovery.relabel.RelabelRule.Problem;
import java.util.ArrayList;
import java.util.List;

/** Which fields an action needs, which it has no use for, and what may stand in them. */
final class RuleCheck {
  private final RelabelRule rule;
  private final List<Problem> problems = new ArrayList<>();

  RuleCheck(RelabelRule rule) {
    this.rule = rule;
  }

  List<Problem> problems() {
    checkSources();
    checkText("separator", rule.separator());
    checkText("replacement", rule.replacement());
    checkRegex();
    checkModulus();
    checkTarget();
    checkReplacement();
    checkUnused();
    return List.copyOf(problems);
  }

  private void checkSources() {
    List<String> sources = rule.sourceLabels();
    if (sources.size() > RelabelRule.MAX_SOURCE_LABELS) {
      add("source_labels", "has more than " + RelabelRule.MAX_SOURCE_LABELS + " names");
      return;
    }
    for (int i = 0; i < sources.size(); i++) {
      if (!LabelName.isValid(sources.get(i))) {
        add("source_labels[" + i + "]", "is not a label name");
      }
    }
  }

  private void checkText(String field, String text) {
    if (text.length() > RelabelRule.MAX_TEXT_CHARS) {
      add(field, "is longer than " + RelabelRule.MAX_TEXT_CHARS + " characters");
    }
  }

  private void checkRegex() {
    String reason = AnchoredRegex.problem(rule.regex());
    if (!reason.isEmpty()) {
      add("regex", reason);
    }
  }

  private void checkModulus() {
    if (rule.modulus() < 0) {
      add("modulus", "is negative");
    } else if (rule.modulus() == 0 && rule.action() == RelabelAction.HASHMOD) {
      add("modulus", "is missing, action hashmod needs it");
    }
  }

  private void checkTarget() {
    String target = rule.targetLabel();
    if (target.isEmpty()) {
      if (rule.action().usesTarget()) {
        add("target_label", "is missing, action " + word() + " needs it");
      }
    } else if (rule.action() == RelabelAction.REPLACE) {
      if (!LabelName.isTemplate(target)) {
        add("target_label", "is not a label name, which may hold groups as ${1}");
      }
    } else if (rule.action().usesTarget() && !LabelName.isValid(target)) {
      add("target_label", "is not a label name");
    }
  }

  private void checkReplacement() {
    if (rule.action() == RelabelAction.LABELMAP && !LabelName.isTemplate(rule.replacement())) {
      add("replacement", "is not a label name, which may hold groups as ${1}");
    }
  }

  /** Prometheus refuses these; other needless fields it passes over, and so do we. */
  private void checkUnused() {
    switch (rule.action()) {
      case LOWERCASE, UPPERCASE -> refuseReplacement();
      case KEEPEQUAL, DROPEQUAL -> {
        refuse("regex", !rule.regex().equals(RelabelRule.DEFAULT_REGEX));
        refuseCommon();
      }
      case LABELDROP, LABELKEEP -> {
        refuse("source_labels", !rule.sourceLabels().isEmpty());
        refuse("target_label", !rule.targetLabel().isEmpty());
        refuseCommon();
      }
      case REPLACE, KEEP, DROP, HASHMOD, LABELMAP -> {}
    }
  }

  private void refuseCommon() {
    refuse("modulus", rule.modulus() != 0);
    refuse("separator", !rule.separator().equals(RelabelRule.DEFAULT_SEPARATOR));
    refuseReplacement();
  }

  private void refuseReplacement() {
    refuse("replacement", !rule.replacement().equals(RelabelRule.DEFAULT_REPLACEMENT));
  }

  private void refuse(String field, boolean isSet) {
    if (isSet) {
      add(field, "has no use in action " + word());
    }
  }

  private void add(String field, String reason) {
    problems.add(new Problem(field, reason));
  }

  private String word() {
    return rule.action().word();
  }
}
