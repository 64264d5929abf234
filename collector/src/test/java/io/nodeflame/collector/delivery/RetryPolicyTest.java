package io.nodeflame.collector.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
  private final Random random = new Random(1);

  @Test
  void doublesFrom500MillisecondsTo5Minutes() {
    RetryPolicy steady = new RetryPolicy(Duration.ofMillis(500), Duration.ofMinutes(5), 0);
    assertEquals(500_000_000L, steady.delayNanos(1, random));
    assertEquals(1_000_000_000L, steady.delayNanos(2, random));
    assertEquals(256_000_000_000L, steady.delayNanos(10, random));
    assertEquals(300_000_000_000L, steady.delayNanos(11, random));
    assertEquals(300_000_000_000L, steady.delayNanos(Integer.MAX_VALUE, random));
    assertEquals(500_000_000L, steady.delayNanos(0, random));
  }

  @Test
  void chanceSpreadsNodes() {
    long least = Long.MAX_VALUE;
    long most = 0;
    for (int i = 0; i < 1_000; i++) {
      long delay = RetryPolicy.DEFAULT.delayNanos(3, random);
      least = Math.min(least, delay);
      most = Math.max(most, delay);
    }
    assertTrue(least >= 1_600_000_000L && least < 1_700_000_000L, least + " ns");
    assertTrue(most <= 2_400_000_000L && most > 2_300_000_000L, most + " ns");
  }

  @Test
  void refusesNonsense() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new RetryPolicy(Duration.ZERO, Duration.ofSeconds(1), 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> new RetryPolicy(Duration.ofSeconds(2), Duration.ofSeconds(1), 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> new RetryPolicy(Duration.ofSeconds(1), Duration.ofSeconds(1), Double.NaN));
  }
}
