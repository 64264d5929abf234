package io.nodeflame.collector.config;

import static io.nodeflame.collector.config.Loading.assertRefused;
import static io.nodeflame.collector.config.Loading.config;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelsConfigTest {
  @Test
  void defaults() {
    assertEquals(
        new LabelsConfig(Map.of(), List.of("app.kubernetes.io/name", "app.kubernetes.io/version")),
        config("labels: {}").labels());
  }

  @Test
  void everyKeyIsMapped() {
    assertEquals(
        new LabelsConfig(Map.of("region", "eu", "zone", "1"), List.of("team")),
        config("labels: {static: {region: eu, zone: 1}, podLabels: [team]}").labels());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "static | static: {a-b: c}",
        "static | static: {__name__: c}",
        "static.a | static: {a: [b]}",
        "static | static: [a]",
        "podLabels[0] | podLabels: [a b]",
        "podLabels | podLabels: a",
        "fixed | fixed: {a: b}"
      })
  void badValueIsRefused(String key, String yaml) {
    assertRefused("labels." + key, "labels: {" + yaml + "}");
  }

  @ParameterizedTest
  @CsvSource({"static: {a: ''}", "static: {a: \"\\u2028\"}"})
  void valueThatNoSeriesMayHaveIsRefused(String yaml) {
    assertRefused("labels.static", "labels: {" + yaml + "}");
  }

  @Test
  void tooManyLabelsAreRefused() {
    assertRefused("labels.static", "labels: {static: {" + labels(17) + "}, podLabels: []}");
    assertRefused(
        "labels.static", "labels: {static: {" + labels(16) + "}, podLabels: [a,b,c,d,e]}");
    LabelsConfig most =
        config("labels: {static: {" + labels(16) + "}, podLabels: [a,b,c,d]}").labels();
    assertEquals(16, most.fixed().size());
    assertEquals(4, most.podLabels().size());
  }

  private static String labels(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "l" + i + ": v")
        .collect(Collectors.joining(","));
  }
}
