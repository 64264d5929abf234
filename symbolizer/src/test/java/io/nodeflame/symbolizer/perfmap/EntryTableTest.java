package io.nodeflame.symbolizer.perfmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EntryTableTest {
  @TempDir Path directory;

  private static boolean add(EntryTable table, long start, long end, String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    return table.add(start, end, bytes, 0, bytes.length);
  }

  private static String find(EntryTable table, long address) {
    byte[] name = table.find(address);
    return name == null ? null : new String(name, StandardCharsets.UTF_8);
  }

  @Test
  void aNewEntryReplacesAllItOverlaps() {
    EntryTable table = new EntryTable(PageMemory.inMemory(1 << 20), 100);
    add(table, 100, 200, "a");
    add(table, 200, 300, "b");
    add(table, 300, 400, "c");
    add(table, 199, 201, "d");
    assertNull(find(table, 100));
    assertNull(find(table, 198));
    assertEquals("d", find(table, 199));
    assertEquals("d", find(table, 200));
    assertNull(find(table, 201));
    assertEquals("c", find(table, 300));
    assertEquals(2, table.size());
    add(table, 0, 1000, "e");
    assertEquals("e", find(table, 150));
    assertEquals(1, table.size());
    add(table, 500, 501, "f");
    assertNull(find(table, 150), "dead code does not come back");
  }

  /** Against the plain definition, with enough entries for many runs, merges and compactions. */
  @Test
  void agreesWithAMapThatIsSlowAndSimple() throws IOException {
    for (int seed = 0; seed < 6; seed++) {
      Random random = new Random(seed);
      int space = seed % 2 == 0 ? 2_000_000 : 60_000;
      try (PageMemory memory = PageMemory.inDirectory(directory, 64 << 20, 0, e -> {})) {
        EntryTable table = new EntryTable(memory, 1_000_000);
        NavigableMap<Long, Object[]> model = new TreeMap<>();
        for (int i = 0; i < 60_000; i++) {
          long start = random.nextInt(space);
          int bound = random.nextInt(1000) == 0 ? space / 4 : 40;
          long end = start + 1 + random.nextInt(bound);
          String name = "name " + i + "-".repeat(random.nextInt(30));
          assertTrue(add(table, start, end, name));
          replace(model, start, end, name);
          if (i % 10_000 == 9_999) {
            compare(model, table, random, space);
          }
        }
        table.clear();
        assertEquals(0, memory.usedBytes());
        assertEquals(0, table.size());
      }
    }
    try (var left = Files.list(directory)) {
      assertEquals(0, left.count(), "the file has no name");
    }
  }

  private static void replace(
      NavigableMap<Long, Object[]> model, long start, long end, String name) {
    Map.Entry<Long, Object[]> below = model.floorEntry(start);
    if (below != null && (long) below.getValue()[0] > start) {
      model.remove(below.getKey());
    }
    model.subMap(start, end).clear();
    model.put(start, new Object[] {end, name});
  }

  private static void compare(
      NavigableMap<Long, Object[]> model, EntryTable table, Random random, int space) {
    assertEquals(model.size(), table.size());
    for (int i = 0; i < 20_000; i++) {
      long address = random.nextInt(space + 10);
      Map.Entry<Long, Object[]> entry = model.floorEntry(address);
      boolean covered = entry != null && address < (long) entry.getValue()[0];
      assertEquals(covered ? entry.getValue()[1] : null, find(table, address));
    }
  }

  @Test
  void codeThatMovesForeverTakesBoundedMemory() throws IOException {
    try (PageMemory memory = PageMemory.inMemory(8 << 20)) {
      EntryTable table = new EntryTable(memory, 1_000_000);
      for (int i = 0; i < 600_000; i++) {
        long start = (i * 7919L) % 5000 * 64;
        assertTrue(add(table, start, start + 64, "function number " + i));
      }
      assertEquals(5000, table.size());
      assertTrue(memory.usedBytes() < 2 << 20, memory.usedBytes() + " bytes");
    }
  }

  @Test
  void dropsWhatHasNoRoomAndRecovers() {
    EntryTable few = new EntryTable(PageMemory.inMemory(1 << 20), 3);
    assertTrue(add(few, 0, 1, "a") && add(few, 1, 2, "b") && add(few, 2, 3, "c"));
    assertFalse(add(few, 3, 4, "d"));
    assertTrue(add(few, 2, 3, "e"), "in the place of another");
    assertEquals("e", find(few, 2));

    PageMemory memory = PageMemory.inMemory(10 * PageMemory.PAGE_BYTES);
    EntryTable table = new EntryTable(memory, 1_000_000);
    int added = 0;
    for (int i = 0; i < 100_000; i++) {
      added += add(table, i * 10L, i * 10L + 10, "n" + i) ? 1 : 0;
    }
    assertTrue(added > 1000 && added < 10_000, added + " added");
    assertEquals(added, table.size());
    assertEquals("n7", find(table, 75));
    assertFalse(add(table, 70, 80, "no room"));
    assertNull(find(table, 75), "no name is better than a wrong one");
    assertTrue(memory.usedBytes() <= 10 * PageMemory.PAGE_BYTES);
    table.clear();
    assertEquals(0, memory.usedBytes());
    assertTrue(add(table, 0, 10, "again"));
  }

  /** Each line covers all others and their graves; a walk over these would take minutes. */
  @Test
  void overlappingEverythingAgainAndAgainStaysCheap() throws IOException {
    try (PageMemory memory = PageMemory.inMemory(64 << 20)) {
      EntryTable table = new EntryTable(memory, 1_000_000);
      for (int i = 0; i < 200_000; i++) {
        add(table, i * 16L, i * 16L + 16, "n");
      }
      for (int i = 0; i < 200_000; i++) {
        add(table, i % 100, 1L << 40, "all");
      }
      assertEquals(1, table.size());
    }
  }

  @Test
  void keepsLongNamesAcrossPages() {
    EntryTable table = new EntryTable(PageMemory.inMemory(4 << 20), 1000);
    for (int i = 0; i < 700; i++) {
      assertTrue(add(table, i, i + 1, Integer.toString(i).repeat(4096).substring(0, 4096)));
    }
    for (int i = 0; i < 700; i++) {
      assertEquals(Integer.toString(i).repeat(4096).substring(0, 4096), find(table, i));
    }
  }
}
