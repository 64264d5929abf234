package io.nodeflame.collector.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.nodeflame.collector.profile.ProfileType;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SeriesHashTest {
  private static long hash(Map<String, String> labels) {
    return SeriesHash.of(ProfileType.CPU, new TreeMap<>(labels));
  }

  @Test
  void manySeriesThatDifferLittleAreToldApart() {
    Set<Long> hashes = new HashSet<>();
    Set<Integer> lowBits = new HashSet<>();
    for (int i = 0; i < 50_000; i++) {
      long hash = hash(Map.of("pod", "shop-7d9f-" + i, "service_name", "shop"));
      hashes.add(hash);
      lowBits.add((int) hash & 0xffff);
    }
    assertEquals(50_000, hashes.size());
    // Of 65,536 slots chance leaves 47 % free.
    assertEquals(35_000, lowBits.size(), 1_000);
  }

  @Test
  void whereANameEndsCounts() {
    assertNotEquals(hash(Map.of("a", "bc")), hash(Map.of("ab", "c")));
    assertNotEquals(hash(Map.of("a", "b", "c", "d")), hash(Map.of("a", "bcd")));
    assertEquals(hash(Map.of("a", "b", "c", "d")), hash(Map.of("c", "d", "a", "b")));
  }
}
