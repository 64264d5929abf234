package io.nodeflame.collector.config;

import static io.nodeflame.collector.config.Loading.assertRefused;
import static io.nodeflame.collector.config.Loading.problems;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeflameConfigTest {
  private static final EndpointConfig ENDPOINT = EndpointConfig.of("a", URI.create("http://a"));

  @Test
  void partsAreReplacedOneByOne() {
    SamplingConfig sampling = SamplingConfig.DEFAULT.withFrequencyHz(99);
    StoreConfig store = new StoreConfig(true, Path.of("/s"), Duration.ofHours(1), 1 << 20);
    NodeflameConfig config =
        NodeflameConfig.DEFAULT
            .withSampling(sampling)
            .withPyroscope(List.of(ENDPOINT))
            .withStore(store);
    assertEquals(sampling, config.sampling());
    assertEquals(List.of(ENDPOINT), config.pyroscope());
    assertEquals(store, config.store());
    assertEquals(
        NodeflameConfig.DEFAULT,
        config
            .withSampling(SamplingConfig.DEFAULT)
            .withPyroscope(List.of())
            .withStore(StoreConfig.DEFAULT));
  }

  @Test
  void endpointsOfOneNameAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> NodeflameConfig.DEFAULT.withPyroscope(List.of(ENDPOINT, ENDPOINT)));
  }

  @Test
  void badNodeNameIsRefused() {
    assertRefused("nodeName", "nodeName: Node");
    assertRefused("nodeName", "nodeName: [a]");
  }

  @Test
  void labelsThatDiscoverySetsAreRefusedWithTheOtherMistakes() {
    assertEquals(
        List.of(
            "line 2: labels.static: service_name is found for each process",
            "line 2: labels.static: node is set by nodeName already",
            "line 3: sampling.frequencyHz: '0' is not allowed; allowed: 1..1000"),
        problems(
                """
                nodeName: n1
                labels: {static: {node: other, service_name: x}}
                sampling: {frequencyHz: 0}
                """,
                Map.of())
            .stream()
            .map(Problem::toString)
            .toList());
    assertRefused("labels", "labels: [a]");
  }
}
