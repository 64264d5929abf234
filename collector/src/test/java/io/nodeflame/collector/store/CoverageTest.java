package io.nodeflame.collector.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class CoverageTest {
  private static final long MINUTE = Coverage.IDLE_MILLIS;
  private final Coverage coverage = new Coverage(new TimeRange(0, 10 * MINUTE));

  @Test
  void idleTimeIsCoveredAndALongGapIsNot() {
    coverage.add(0, 1_000);
    coverage.add(MINUTE, MINUTE + 5);
    coverage.add(2 * MINUTE + 5, 2 * MINUTE + 6);
    assertEquals(
        List.of(new TimeRange(0, MINUTE + 5), new TimeRange(2 * MINUTE + 5, 2 * MINUTE + 6)),
        coverage.ranges());
  }

  @Test
  void longProfileJoinsWhatEndedBeforeIt() {
    coverage.add(1, 2);
    coverage.add(3 * MINUTE, 3 * MINUTE + 1);
    coverage.add(0, 4 * MINUTE);
    assertEquals(List.of(new TimeRange(0, 4 * MINUTE)), coverage.ranges());
  }

  @Test
  void rangeCutsAndWhatHasNoLengthDoesNotCount() {
    coverage.add(-5, 7);
    coverage.add(5 * MINUTE, 5 * MINUTE);
    coverage.add(9 * MINUTE, 11 * MINUTE);
    coverage.add(11 * MINUTE, 12 * MINUTE);
    assertEquals(
        List.of(new TimeRange(0, 7), new TimeRange(9 * MINUTE, 10 * MINUTE)), coverage.ranges());
  }
}
