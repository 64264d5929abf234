package io.nodeflame.collector.config;

import static io.nodeflame.collector.config.Loading.assertRefused;
import static io.nodeflame.collector.config.Loading.config;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplingConfigTest {
  @Test
  void defaults() {
    assertEquals(
        new SamplingConfig(
            19,
            SamplingConfig.Event.CPU_CLOCK,
            Duration.ofSeconds(15),
            true,
            128,
            SamplingConfig.Threads.NONE,
            SamplingConfig.ThreadsAs.FRAME),
        config("sampling: {}").sampling());
  }

  @Test
  void everyKeyIsMapped() {
    assertEquals(
        new SamplingConfig(
            99,
            SamplingConfig.Event.CYCLES,
            Duration.ofMinutes(1),
            false,
            256,
            SamplingConfig.Threads.KIND,
            SamplingConfig.ThreadsAs.LABEL),
        config(
                """
                sampling:
                  frequencyHz: 99
                  event: cycles
                  window: 1m
                  kernelStacks: false
                  maxStackDepth: 256
                  threads: kind
                  threadsAs: label
                """)
            .sampling());
  }

  @ParameterizedTest
  @CsvSource({
    "frequencyHz, 0",
    "frequencyHz, 1001",
    "frequencyHz, 19.5",
    "frequencyHz, [19]",
    "frequencyHz, 99999999999",
    "event, cpu_clock",
    "event, ''''''",
    "window, 15",
    "window, 999ms",
    "window, 5m1s",
    "kernelStacks, yes",
    "maxStackDepth, 15",
    "maxStackDepth, 513",
    "threads, names",
    "threadsAs, root",
    "other, 1"
  })
  void badValueIsRefused(String key, String value) {
    assertRefused("sampling." + key, "sampling: {" + key + ": " + value + "}");
  }

  @Test
  void valuesFromElsewhereAreHeldToTheSameLimits() {
    assertEquals(99, SamplingConfig.DEFAULT.withFrequencyHz(99).frequencyHz());
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> SamplingConfig.DEFAULT.withFrequencyHz(5000));
    assertEquals(
        "sampling.frequencyHz: '5000' is not allowed; allowed: 1..1000", refused.getMessage());
  }
}
