package io.nodeflame.collector.config;

import static io.nodeflame.collector.config.Loading.assertRefused;
import static io.nodeflame.collector.config.Loading.config;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelabelConfigTest {
  private static RelabelConfig rule(String yaml) {
    return config("targets: {relabelConfigs: [" + yaml + "]}").targets().relabelConfigs().get(0);
  }

  @Test
  void defaultsAreThoseOfPrometheus() {
    assertEquals(
        new RelabelConfig(List.of(), ";", "(.*)", 0, "env", "$1", RelabelConfig.Action.REPLACE),
        rule("{target_label: env}"));
  }

  @Test
  void everyKeyIsMapped() {
    assertEquals(
        new RelabelConfig(
            List.of("__meta_a", "b"),
            "/",
            "(.+)",
            7,
            "shard",
            "${1}",
            RelabelConfig.Action.HASHMOD),
        rule(
            "{source_labels: [__meta_a, b], separator: /, regex: (.+), modulus: 7,"
                + " target_label: shard, replacement: '${1}', action: hashmod}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "source_labels[0] | {source_labels: [a-b], target_label: x}",
        "regex | {regex: '(', target_label: x}",
        "modulus | {modulus: 0, target_label: x}",
        "target_label | {target_label: 1a}",
        "action | {action: Drop}",
        "action | {action: replace}",
        "action | {action: hashmod, target_label: x}",
        "separator | {separator: [a], target_label: x}",
        "replacement | {replacement: \"\\a\", target_label: x}",
        "sourceLabels | {sourceLabels: [a], target_label: x}"
      })
  void badValueIsRefused(String key, String yaml) {
    assertRefused("targets.relabelConfigs[0]." + key, "targets: {relabelConfigs: [" + yaml + "]}");
  }

  @Test
  void constructorRefusesTheSame() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new RelabelConfig(List.of(), ";", "(.*)", 0, "", "$1", RelabelConfig.Action.REPLACE));
  }
}
