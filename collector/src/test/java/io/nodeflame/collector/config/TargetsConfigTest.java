package io.nodeflame.collector.config;

import static io.nodeflame.collector.config.Loading.assertRefused;
import static io.nodeflame.collector.config.Loading.config;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nodeflame.discovery.pod.LabelSelector;
import io.nodeflame.discovery.relabel.RelabelAction;
import io.nodeflame.discovery.relabel.RelabelRule;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetsConfigTest {
  @Test
  void defaults() {
    assertEquals(
        new TargetsConfig(
            new TargetsConfig.Namespaces(List.of(), List.of("kube-system")),
            "",
            true,
            List.of(),
            new TargetsConfig.Annotations(true, "nodeflame.io", 1000)),
        config("targets: {namespaces: {}, annotations: {}}").targets());
  }

  @Test
  void everyKeyIsMapped() {
    assertEquals(
        new TargetsConfig(
            new TargetsConfig.Namespaces(List.of("shop", "pay"), List.of()),
            "app=web,tier in (a, b),!canary",
            false,
            List.of(
                new RelabelConfig(
                    new RelabelRule(
                        List.of("__meta_kubernetes_namespace"),
                        ";",
                        "dev-.*",
                        0,
                        "",
                        "$1",
                        RelabelAction.DROP))),
            new TargetsConfig.Annotations(false, "example.org", 199)),
        config(
                """
                targets:
                  namespaces: { include: [shop, pay], exclude: [] }
                  podSelector: app=web,tier in (a, b),!canary
                  otherProcesses: false
                  relabelConfigs:
                    - source_labels: [__meta_kubernetes_namespace]
                      regex: dev-.*
                      action: drop
                  annotations: { enabled: false, prefix: example.org, maxFrequencyHz: 199 }
                """)
            .targets());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "namespaces.include[1] | namespaces: {include: [a, B]}",
        "namespaces.exclude[0] | namespaces: {exclude: ['']}",
        "namespaces.include | namespaces: {include: shop}",
        "namespaces.only | namespaces: {only: [shop]}",
        "namespaces | namespaces: [shop]",
        "podSelector | podSelector: app=a=b",
        "otherProcesses | otherProcesses: 1",
        "relabelConfigs | relabelConfigs: {}",
        "relabelConfigs[0] | relabelConfigs: [drop]",
        "annotations.enabled | annotations: {enabled: 2}",
        "annotations.prefix | annotations: {prefix: A/b}",
        "annotations.suffix | annotations: {suffix: b}",
        "podSelectors | podSelectors: ''"
      })
  void badValueIsRefused(String key, String yaml) {
    assertRefused("targets." + key, "targets: {" + yaml + "}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "app",
        "!app",
        "app=web",
        "app==web",
        "app!=web",
        "app.kubernetes.io/name=web , tier",
        "a in (b)",
        "a notin (b,c , d)",
        "a=,b"
      })
  void selector(String selector) {
    assertEquals(true, LabelSelector.parse(selector).isPresent());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {" ", ",", "a,", "a in b", "a in (b", "a in (b))", "-a", "a=-", "a b", "(a)", "=a"})
  void noSelector(String selector) {
    assertEquals(false, LabelSelector.parse(selector).isPresent());
  }
}
