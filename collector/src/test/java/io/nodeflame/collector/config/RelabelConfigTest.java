package io.nodeflame.collector.config;

import static io.nodeflame.collector.config.Loading.assertRefused;
import static io.nodeflame.collector.config.Loading.config;
import static io.nodeflame.collector.config.Loading.problems;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nodeflame.discovery.relabel.RelabelAction;
import io.nodeflame.discovery.relabel.RelabelRule;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelabelConfigTest {
  private static RelabelRule rule(String yaml) {
    return config("targets: {relabelConfigs: [" + yaml + "]}")
        .targets()
        .relabelConfigs()
        .get(0)
        .rule();
  }

  @Test
  void defaultsAreThoseOfPrometheus() {
    assertEquals(
        new RelabelRule(List.of(), ";", "(.*)", 0, "env", "$1", RelabelAction.REPLACE),
        rule("{target_label: env}"));
  }

  @Test
  void everyKeyIsMapped() {
    assertEquals(
        new RelabelRule(
            List.of("__meta_a", "b"), "/", "(.+)", 7, "shard", "${1}", RelabelAction.HASHMOD),
        rule(
            "{source_labels: [__meta_a, b], separator: /, regex: (.+), modulus: 7,"
                + " target_label: shard, replacement: '${1}', action: hashmod}"));
  }

  @Test
  void bothSpellingsAreRead() {
    assertEquals(
        rule("{source_labels: [a, b], target_label: c}"),
        rule("{sourceLabels: [a, b], targetLabel: c}"));
    assertEquals(
        List.of("source_labels"),
        config("targets: {relabelConfigs: [{sourceLabels: [a], action: drop}]}")
            .targets()
            .relabelConfigs()
            .get(0)
            .print()
            .entries()
            .keySet()
            .stream()
            .limit(1)
            .toList());
  }

  /** As Prometheus' documentation and charts write them. */
  @Test
  void prometheusSnippetsAreRead() {
    List<RelabelConfig> rules =
        config(
                """
                targets:
                  relabelConfigs:
                    - source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_scrape]
                      action: keep
                      regex: true
                    - source_labels: [__address__, __meta_kubernetes_pod_annotation_port]
                      action: replace
                      regex: ([^:]+)(?::\\d+)?;(\\d+)
                      replacement: $1:$2
                      target_label: __address__
                    - action: labelmap
                      regex: __meta_kubernetes_pod_label_(.+)
                    - source_labels: [__meta_kubernetes_pod_phase]
                      regex: Pending|Succeeded|Failed|Completed
                      action: Drop
                    - regex: "tmp_.*"
                      action: labeldrop
                    - target_label: cluster
                      replacement: ""
                """)
            .targets()
            .relabelConfigs();
    assertEquals(6, rules.size());
    assertEquals("true", rules.get(0).rule().regex());
    assertEquals("$1:$2", rules.get(1).rule().replacement());
    assertEquals(RelabelAction.DROP, rules.get(3).rule().action());
    assertEquals("", rules.get(5).rule().replacement());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "source_labels[0] | {source_labels: [a-b], target_label: x}",
        "sourceLabels[1] | {sourceLabels: [a, b.c], target_label: x}",
        "regex | {regex: '(', target_label: x}",
        "regex | {regex: '(?=a)', target_label: x}",
        "regex | {action: keepequal, regex: a, target_label: x}",
        "modulus | {modulus: 0, target_label: x}",
        "modulus | {action: hashmod, target_label: x}",
        "target_label | {target_label: 1a}",
        "targetLabel | {targetLabel: 1a}",
        "target_label | {action: replace}",
        "target_label | {action: labelkeep, target_label: x}",
        "targetLabel | {target_label: a, targetLabel: b}",
        "action | {action: dropp}",
        "separator | {separator: [a], target_label: x}",
        "separator | {action: dropequal, target_label: x, separator: a}",
        "replacement | {replacement: \"\\a\", target_label: x}",
        "replacement | {action: labelmap, replacement: a-b}",
        "replacement | {action: lowercase, target_label: a, replacement: b}",
        "sourceLabel | {sourceLabel: [a], target_label: x}"
      })
  void badValueIsRefused(String key, String yaml) {
    assertRefused("targets.relabelConfigs[0]." + key, "targets: {relabelConfigs: [" + yaml + "]}");
  }

  @Test
  void allProblemsAreSaidAtOnceEachWithItsLine() {
    assertEquals(
        List.of(
            "line 3: targets.relabelConfigs[0].modulus: is missing, action hashmod needs it",
            "line 3: targets.relabelConfigs[0].target_label: is missing, action hashmod needs it",
            "line 4: targets.relabelConfigs[0].regex: is not a regular expression of RE2"
                + " (missing closing ]: [)",
            "line 5: targets.relabelConfigs[1].target_label: is missing, action replace needs it"),
        problems(
                """
                targets:
                  relabelConfigs:
                    - action: hashmod
                      regex: "["
                    - source_labels: [a]
                """,
                Map.of())
            .stream()
            .map(Problem::toString)
            .toList());
  }

  @Test
  void aBadRegexIsSaidBesideOtherMistakesOfItsRule() {
    assertEquals(
        List.of(
            "line 1: targets.relabelConfigs[0].regex: is not a regular expression of RE2"
                + " (missing closing ): ()",
            "line 2: targets.relabelConfigs[0].seperator: unknown key; did you mean 'separator'?"),
        problems("targets: {relabelConfigs: [{regex: '(',\n seperator: x}]}", Map.of()).stream()
            .map(Problem::toString)
            .toList());
  }

  /** What no single rule shows: their number, and their size together. */
  @Test
  void rulesTogether() throws ConfigException {
    assertEquals(128, readAll(128, "x").size());
    assertEquals(
        "line 7: relabelConfigs: 129 rules, more than 128",
        assertThrows(ConfigException.class, () -> readAll(129, "x")).getMessage());
    assertEquals(
        "line 7: relabelConfigs: the regular expressions of all rules together are too large",
        assertThrows(ConfigException.class, () -> readAll(128, ".{1000}")).getMessage());
  }

  private static List<RelabelConfig> readAll(int count, String regex) throws ConfigException {
    Map<String, YamlNode.Entry> rule = new LinkedHashMap<>();
    rule.put("action", new YamlNode.Entry(8, new YamlNode.Scalar(8, "drop", true)));
    rule.put("regex", new YamlNode.Entry(9, new YamlNode.Scalar(9, regex, true)));
    YamlNode rules =
        new YamlNode.Sequence(7, Collections.nCopies(count, new YamlNode.Mapping(8, rule)));
    YamlNode root = new YamlNode.Mapping(1, Map.of("relabelConfigs", new YamlNode.Entry(7, rules)));
    Problems problems = new Problems();
    Section section = Section.root(Optional.of(root), new EnvExpansion(Map.of()), problems);
    List<RelabelConfig> read = RelabelConfig.readAll(section, "relabelConfigs");
    problems.throwIfAny();
    return read;
  }

  @Test
  void constructorRefusesTheSame() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new RelabelConfig(
                    new RelabelRule(List.of(), ";", "(", 0, "", "$1", RelabelAction.REPLACE)));
    assertEquals(
        "regex is not a regular expression of RE2 (missing closing ): (); target_label is missing,"
            + " action replace needs it",
        refused.getMessage());
  }
}
