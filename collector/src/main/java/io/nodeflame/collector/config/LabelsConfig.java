package io.nodeflame.collector.config;

import io.nodeflame.discovery.pod.LabelSelector;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Labels beside the ones that every series has.
 *
 * @param fixed on every series of this node; the key in the file is {@code static}
 * @param podLabels labels of a pod that become labels of its series
 */
public record LabelsConfig(Map<String, String> fixed, List<String> podLabels) {
  /** Pyroscope takes 30 label names, and seven belong to every series. */
  private static final int MAX_LABELS = 20;

  private static final String TOO_MANY =
      "allowed: at most " + MAX_LABELS + " labels, static and podLabels together";

  private static final Rule<String> POD_LABEL =
      new Rule<>("the key of a pod label", Rules.TEXT.parser(), LabelSelector::isKey);

  public static final LabelsConfig DEFAULT =
      new LabelsConfig(Map.of(), List.of("app.kubernetes.io/name", "app.kubernetes.io/version"));

  public LabelsConfig {
    fixed = Collections.unmodifiableMap(new LinkedHashMap<>(fixed));
    podLabels = List.copyOf(podLabels);
    Rules.LABEL_NAME.requireEach("labels.static", fixed.keySet());
    Rules.TEXT.requireEach("labels.static", fixed.values());
    POD_LABEL.requireEach("labels.podLabels", podLabels);
    if (fixed.size() + podLabels.size() > MAX_LABELS) {
      throw new IllegalArgumentException("labels: " + TOO_MANY);
    }
  }

  static LabelsConfig read(Section section) {
    Map<String, String> fixed = section.texts("static", Rules.LABEL_NAME, Rules.TEXT);
    List<String> podLabels = section.list("podLabels", DEFAULT.podLabels, POD_LABEL);
    section.refuseOtherKeys();
    if (fixed.size() + podLabels.size() > MAX_LABELS) {
      section.problem("static", TOO_MANY);
      return DEFAULT;
    }
    return new LabelsConfig(fixed, podLabels);
  }

  PrintedSection print() {
    return new PrintedSection().texts("static", fixed).texts("podLabels", podLabels);
  }
}
