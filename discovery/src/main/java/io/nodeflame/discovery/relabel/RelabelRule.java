package io.nodeflame.discovery.relabel;

import java.util.List;

/**
 * One rule as configured: the fields and defaults of Prometheus' {@code relabel_config}
 * (https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config), with
 * label names of letters, digits and underscores only.
 *
 * @param sourceLabels whose values are joined; a missing label is the empty string
 * @param separator between them
 * @param regex in RE2 syntax, anchored at both ends; the dot matches newlines too
 * @param modulus of {@code hashmod}; 0 when not set
 * @param targetLabel empty when not set; for {@code replace} it may refer to groups
 * @param replacement may refer to groups as {@code $1}, <code>${1}</code> and <code>${name}</code>;
 *     {@code $$} is a dollar sign
 */
public record RelabelRule(
    List<String> sourceLabels,
    String separator,
    String regex,
    long modulus,
    String targetLabel,
    String replacement,
    RelabelAction action) {
  public static final String DEFAULT_SEPARATOR = ";";
  public static final String DEFAULT_REGEX = "(.*)";
  public static final String DEFAULT_REPLACEMENT = "$1";

  public static final int MAX_SOURCE_LABELS = 64;

  /** The bound of each text of a rule. */
  public static final int MAX_TEXT_CHARS = 1024;

  /**
   * What is wrong with one field.
   *
   * @param field as Prometheus writes it, such as {@code target_label}
   * @param reason a clause that goes on after the field's name
   */
  public record Problem(String field, String reason) {
    @Override
    public String toString() {
      return field + " " + reason;
    }
  }

  public RelabelRule {
    sourceLabels = List.copyOf(sourceLabels);
  }

  /** All that is wrong; empty when the rule can be used. */
  public List<Problem> problems() {
    return new RuleCheck(this).problems();
  }

  /** Letters, digits and underscores, not a digit in front, not too long. */
  public static boolean isLabelName(String name) {
    return LabelName.isValid(name);
  }
}
