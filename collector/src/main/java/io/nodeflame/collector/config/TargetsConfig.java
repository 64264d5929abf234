package io.nodeflame.collector.config;

import io.nodeflame.discovery.pod.LabelSelector;
import java.util.List;

/**
 * Which processes are profiled.
 *
 * @param podSelector a label selector; empty selects every pod
 * @param otherProcesses whether host processes outside pods count too
 */
public record TargetsConfig(
    Namespaces namespaces,
    String podSelector,
    boolean otherProcesses,
    List<RelabelConfig> relabelConfigs,
    Annotations annotations) {

  /**
   * Which namespaces' pods count.
   *
   * @param include empty means all
   * @param exclude wins over include
   */
  public record Namespaces(List<String> include, List<String> exclude) {
    public Namespaces {
      include = List.copyOf(include);
      exclude = List.copyOf(exclude);
      Rules.NAMESPACE.requireEach("targets.namespaces.include", include);
      Rules.NAMESPACE.requireEach("targets.namespaces.exclude", exclude);
    }
  }

  /**
   * Annotations of a pod that change how it is profiled.
   *
   * @param prefix in front of the slash
   * @param maxFrequencyHz the most samples per second and CPU that a pod may ask for
   */
  public record Annotations(boolean enabled, String prefix, int maxFrequencyHz) {
    public Annotations {
      Rules.DNS_NAME.require("targets.annotations.prefix", prefix);
      SamplingConfig.FREQUENCY_HZ.require("targets.annotations.maxFrequencyHz", maxFrequencyHz);
    }
  }

  private static final Rule<String> SELECTOR =
      new Rule<>(
          "a label selector such as app=web,tier in (a,b),!canary",
          Rules.TEXT.parser(),
          text -> LabelSelector.parse(text).isPresent());

  public static final TargetsConfig DEFAULT =
      new TargetsConfig(
          new Namespaces(List.of(), List.of("kube-system")),
          "",
          true,
          List.of(),
          new Annotations(true, "nodeflame.io", 1000));

  /** Nothing is left out, and no label is other than discovery gives it. */
  public static final TargetsConfig EVERYTHING =
      new TargetsConfig(
          new Namespaces(List.of(), List.of()),
          "",
          true,
          List.of(),
          new Annotations(false, DEFAULT.annotations.prefix, DEFAULT.annotations.maxFrequencyHz));

  public TargetsConfig {
    relabelConfigs = List.copyOf(relabelConfigs);
    SELECTOR.require("targets.podSelector", podSelector);
  }

  static TargetsConfig read(Section section) {
    Section namespaces = section.section("namespaces");
    Section annotations = section.section("annotations");
    TargetsConfig config =
        new TargetsConfig(
            new Namespaces(
                namespaces.list("include", DEFAULT.namespaces.include, Rules.NAMESPACE),
                namespaces.list("exclude", DEFAULT.namespaces.exclude, Rules.NAMESPACE)),
            section.value("podSelector", DEFAULT.podSelector, SELECTOR),
            section.value("otherProcesses", DEFAULT.otherProcesses, Rules.FLAG),
            RelabelConfig.readAll(section, "relabelConfigs"),
            new Annotations(
                annotations.value("enabled", DEFAULT.annotations.enabled, Rules.FLAG),
                annotations.value("prefix", DEFAULT.annotations.prefix, Rules.DNS_NAME),
                annotations.value(
                    "maxFrequencyHz",
                    DEFAULT.annotations.maxFrequencyHz,
                    SamplingConfig.FREQUENCY_HZ)));
    namespaces.refuseOtherKeys();
    annotations.refuseOtherKeys();
    section.refuseOtherKeys();
    return config;
  }

  PrintedSection print() {
    return new PrintedSection()
        .section(
            "namespaces",
            new PrintedSection()
                .texts("include", namespaces.include)
                .texts("exclude", namespaces.exclude))
        .text("podSelector", podSelector)
        .flag("otherProcesses", otherProcesses)
        .sections("relabelConfigs", relabelConfigs, RelabelConfig::print)
        .section(
            "annotations",
            new PrintedSection()
                .flag("enabled", annotations.enabled)
                .text("prefix", annotations.prefix)
                .number("maxFrequencyHz", annotations.maxFrequencyHz));
  }
}
