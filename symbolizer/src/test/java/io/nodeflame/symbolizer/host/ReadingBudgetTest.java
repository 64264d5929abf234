package io.nodeflame.symbolizer.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ReadingBudgetTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void refillsBySeconds() {
    ReadingBudget budget = new ReadingBudget(100, 30, -SECOND);
    assertEquals(100, budget.bytes(-SECOND));
    budget.take(90);
    assertEquals(10, budget.bytes(-1));
    assertEquals(40, budget.bytes(SECOND / 2));
    assertEquals(70, budget.bytes(SECOND));
    budget.take(1000);
    assertEquals(0, budget.bytes(SECOND));
    assertEquals(90, budget.bytes(4 * SECOND));
    assertEquals(100, budget.bytes(5 * SECOND));
    budget.take(100);
    assertEquals(100, budget.bytes(Long.MAX_VALUE / 2));
  }
}
