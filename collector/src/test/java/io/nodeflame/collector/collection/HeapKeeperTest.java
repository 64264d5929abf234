package io.nodeflame.collector.collection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class HeapKeeperTest {
  private static final long MIB = 1 << 20;

  private long live = 8 * MIB;
  private long garbage;
  private int collections;

  private final HeapKeeper heap =
      new HeapKeeper(
          () -> live + garbage,
          () -> {
            garbage = 0;
            collections++;
          });

  @Test
  void aHeapAsUsualIsLeftAlone() {
    garbage = 11 * MIB;
    heap.afterWindow();
    assertEquals(0, collections);
    assertEquals(0, heap.liveBytes());
  }

  @Test
  void garbageGoesWhenItIsMoreThanSpare() {
    garbage = 11 * MIB + 1;
    heap.afterWindow();
    assertEquals(1, collections);
    assertEquals(8 * MIB, heap.liveBytes());
    garbage = 10 * MIB;
    heap.afterWindow();
    assertEquals(1, collections);
    garbage++;
    heap.afterWindow();
    assertEquals(2, collections);
  }

  @Test
  void aHeapThatIsFullOfUseIsNotCollectedAgainAndAgain() {
    live = 30 * MIB;
    for (int window = 0; window < 100; window++) {
      heap.afterWindow();
    }
    assertEquals(1, collections);
    garbage = 15 * MIB;
    heap.afterWindow();
    assertEquals(1, collections, "half of what is in use");
  }
}
