package io.nodeflame.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class FiringFrequencyTest {
  private static final long KEPT = FiringFrequency.KEPT.toNanos();
  private static final long START = Long.MAX_VALUE - KEPT; // nanoTime may overflow

  private final FiringFrequency firing = new FiringFrequency(19);

  @Test
  void moreIsGivenAtOnceAndTakenBackAWhileAfterTheLastNeed() {
    assertEquals(19, firing.at(START));
    firing.need(99, START);
    assertEquals(99, firing.at(START));
    firing.need(199, START + 1);
    assertEquals(199, firing.at(START + 1));
    firing.need(19, START + KEPT);
    assertEquals(199, firing.at(START + KEPT));
    assertEquals(199, firing.at(START + 2 * KEPT - 1));
    assertEquals(19, firing.at(START + 2 * KEPT));
  }

  @Test
  void aNeedThatComesBackInTimeChangesNothing() {
    firing.need(99, START);
    assertEquals(99, firing.at(START));
    for (int round = 1; round < 10; round++) {
      long now = START + round * KEPT;
      firing.need(19, now);
      firing.need(99, now + KEPT / 2);
      assertEquals(99, firing.at(now + KEPT / 2));
    }
  }

  @Test
  void lessAndLessIsOneChange() {
    firing.need(199, START);
    assertEquals(199, firing.at(START));
    firing.need(99, START + KEPT);
    firing.need(49, START + KEPT + KEPT / 2);
    assertEquals(199, firing.at(START + 2 * KEPT - 1));
    assertEquals(49, firing.at(START + 2 * KEPT));
  }
}
