package io.nodeflame.collector.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecentSeriesTest {
  private final RecentSeries recent = new RecentSeries();

  @Test
  void whatWasNotSeenForAnHourIsForgotten() {
    recent.add(1, 0);
    recent.add(2, 0);
    assertTrue(recent.see(2, 30));
    recent.expire(60);
    assertEquals(2, recent.size());
    recent.expire(61);
    assertEquals(1, recent.size());
    assertFalse(recent.see(1, 61));
    assertTrue(recent.see(2, 61));
    recent.expire(122);
    assertEquals(0, recent.size());
  }

  @Test
  void aHashOfZeroIsASeriesToo() {
    assertFalse(recent.see(0, 0));
    recent.add(0, 0);
    assertTrue(recent.see(0, 0));
    assertEquals(1, recent.size());
  }

  @Test
  void doesWhatAMapWouldDo() {
    Random random = new Random(3);
    Map<Long, Integer> expected = new HashMap<>();
    for (int minute = 0; minute < 400; minute++) {
      int now = minute;
      for (int i = 0; i < random.nextInt(80); i++) {
        // Hashes that meet in the low bits, so that slots are taken already.
        long hash = random.nextInt(3_000) * 64L;
        assertEquals(expected.containsKey(hash), recent.see(hash, minute), "minute " + minute);
        if (expected.put(hash, minute) == null) {
          recent.add(hash, minute);
        }
      }
      recent.expire(minute);
      expected.values().removeIf(seen -> seen < now - 60);
      assertEquals(expected.size(), recent.size());
    }
    for (long hash = 0; hash < 3_000; hash++) {
      assertEquals(expected.containsKey(hash * 64), recent.see(hash * 64, 399));
    }
  }
}
