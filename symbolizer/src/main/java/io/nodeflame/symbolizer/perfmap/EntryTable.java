package io.nodeflame.symbolizer.perfmap;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ranges of addresses with names, where a new one replaces all that it overlaps, as code replaces
 * code. New entries wait in {@link RecentEntries} and move to sorted runs outside the heap, whose
 * sizes grow by a factor, so that one more entry costs a few searches and, over time, a few copies.
 * All living entries are disjoint, whichever place they are in: an address is found in at most one.
 */
final class EntryTable {
  /** A run at most this many times as large as the next one is merged with it. */
  private static final int GROWTH = 4;

  private static final int MAX_RUNS = 16;
  private static final long LITTLE_WASTE_BYTES = 64 * 1024;

  private final PageMemory memory;
  private final int maxEntries;
  private final RecentEntries recent = new RecentEntries();
  private final List<EntryRun> runs = new ArrayList<>();
  private NameArena names;
  private long wastedBytes;
  private long wasteAllowed = LITTLE_WASTE_BYTES;

  EntryTable(PageMemory memory, int maxEntries) {
    this.memory = memory;
    this.maxEntries = maxEntries;
    this.names = new NameArena(memory);
  }

  /** Living entries. */
  int size() {
    int size = recent.size();
    for (int i = 0; i < runs.size(); i++) {
      size += runs.get(i).alive();
    }
    return size;
  }

  /**
   * Adds an entry. What it overlaps is gone even when there is no room for the entry itself: no
   * name is better than a wrong one.
   *
   * @return false when there was no room
   */
  boolean add(long start, long end, byte[] text, int nameFrom, int nameLength) {
    wastedBytes += recent.kill(start, end);
    for (int i = 0; i < runs.size(); i++) {
      wastedBytes += runs.get(i).kill(start, end);
    }
    if (size() >= maxEntries || (recent.isFull() && !flush())) {
      return false;
    }
    long name = names.add(text, nameFrom, nameLength);
    if (name < 0) {
      return false;
    }
    recent.add(start, end, name);
    return true;
  }

  /** Bytes of the name at the address, or null. */
  byte @Nullable [] find(long address) {
    long name = recent.find(address);
    for (int i = runs.size() - 1; name < 0 && i >= 0; i--) {
      name = runs.get(i).find(address);
    }
    if (name < 0) {
      return null;
    }
    byte[] bytes = new byte[NameArena.length(name)];
    names.get(name, bytes);
    return bytes;
  }

  void clear() {
    recent.clear();
    freeAll(runs);
    names.free();
    wastedBytes = 0;
    wasteAllowed = LITTLE_WASTE_BYTES;
  }

  private boolean flush() {
    if (runs.size() == MAX_RUNS) {
      return false;
    }
    EntryRun run = new EntryRun(memory);
    if (!recent.copyTo(run)) {
      run.free();
      return false;
    }
    recent.clear();
    runs.add(run);
    mergeLast();
    if (wastedBytes > Math.max(wasteAllowed, usedBytes() / 2)) {
      compact();
    }
    return true;
  }

  private void mergeLast() {
    while (runs.size() > 1) {
      EntryRun older = runs.get(runs.size() - 2);
      EntryRun newer = runs.get(runs.size() - 1);
      if (older.alive() > (long) GROWTH * newer.alive()) {
        return;
      }
      EntryRun merged = new EntryRun(memory);
      if (!merge(older, newer, merged)) {
        merged.free();
        return;
      }
      older.free();
      newer.free();
      runs.remove(runs.size() - 1);
      runs.set(runs.size() - 1, merged);
    }
  }

  private static boolean merge(EntryRun a, EntryRun b, EntryRun merged) {
    int i = 0;
    int j = 0;
    while (i < a.size() || j < b.size()) {
      boolean fromA = j == b.size() || (i < a.size() && a.start(i) < b.start(j));
      EntryRun from = fromA ? a : b;
      int index = fromA ? i++ : j++;
      long name = from.name(index);
      if (name >= 0 && !merged.add(from.start(index), from.end(index), name)) {
        return false;
      }
    }
    return true;
  }

  /** Copies what lives to new pages and gives the old ones back. */
  private void compact() {
    NameArena newNames = new NameArena(memory);
    List<EntryRun> newRuns = new ArrayList<>();
    byte[] name = new byte[PerfMapLimits.MAX_LINE_BYTES];
    for (int i = 0; i < runs.size(); i++) {
      EntryRun copy = new EntryRun(memory);
      newRuns.add(copy);
      if (!copyLiving(runs.get(i), copy, newNames, name)) {
        freeAll(newRuns);
        newNames.free();
        // Without the room for two copies the old one stays; asking at each flush would be slow.
        wasteAllowed = 2 * wastedBytes;
        return;
      }
    }
    freeAll(runs);
    names.free();
    runs.addAll(newRuns);
    names = newNames;
    wastedBytes = 0;
    wasteAllowed = LITTLE_WASTE_BYTES;
  }

  private boolean copyLiving(EntryRun from, EntryRun to, NameArena newNames, byte[] buffer) {
    for (int i = 0; i < from.size(); i++) {
      long name = from.name(i);
      if (name >= 0) {
        names.get(name, buffer);
        long copy = newNames.add(buffer, 0, NameArena.length(name));
        if (copy < 0 || !to.add(from.start(i), from.end(i), copy)) {
          return false;
        }
      }
    }
    return true;
  }

  private long usedBytes() {
    long bytes = names.size();
    for (int i = 0; i < runs.size(); i++) {
      bytes += (long) runs.get(i).size() * EntryRun.ENTRY_BYTES;
    }
    return bytes;
  }

  private static void freeAll(List<EntryRun> runs) {
    for (int i = 0; i < runs.size(); i++) {
      runs.get(i).free();
    }
    runs.clear();
  }
}
