package io.nodeflame.collector.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SteppedValuesTest {
  private static final TimeRange RANGE = new TimeRange(1_000, 2_000);
  private final SteppedValues values = new SteppedValues(RANGE, 100);

  private long sum() {
    return values.points().values().stream().mapToLong(Long::longValue).sum();
  }

  @Test
  void valueIsSpreadOverTheDuration() {
    assertEquals(3, values.add(1_250, 200, 400));
    assertEquals(Map.of(1_100L, 100L, 1_200L, 200L, 1_300L, 100L), values.points());
  }

  @Test
  void withoutDurationItIsAllAtTheEnd() {
    values.add(1_250, 0, 7);
    values.add(1_300, 0, 1);
    values.add(999, 0, 100);
    values.add(2_001, 0, 100);
    assertEquals(Map.of(1_300L, 8L), values.points());
  }

  @Test
  void partsOutsideOfTheRangeAreLeftOut() {
    values.add(1_050, 100, 10);
    values.add(2_100, 200, 30);
    values.add(900, 100, 1000);
    values.add(3_000, 100, 1000);
    assertEquals(Map.of(1_100L, 5L, 2_000L, 15L), values.points());
  }

  @Test
  void partsAddUpToTheValue() {
    Random random = new Random(3);
    long expected = 0;
    for (int i = 0; i < 2_000; i++) {
      long until = 1_001L + random.nextInt(1_000);
      long duration = random.nextInt((int) (until - 1_000));
      long value = random.nextInt(3) == 0 ? 3 : random.nextLong(1L << 42);
      expected += value;
      values.add(until, duration, value);
      assertEquals(expected, sum());
    }
    assertTrue(values.points().size() <= 11);
  }
}
