package io.nodeflame.symbolizer.perfmap;

import java.util.Arrays;

/** The last few entries, sorted by address and disjoint, in small arrays on the heap. */
final class RecentEntries {
  /** Small enough that making room for one entry moves 4 KiB per array at most. */
  static final int CAPACITY = 512;

  private long[] starts = new long[16];
  private long[] ends = new long[16];
  private long[] names = new long[16];
  private int size;

  int size() {
    return size;
  }

  boolean isFull() {
    return size == CAPACITY;
  }

  /** Removes the entries that share an address with the range; returns bytes of their names. */
  long kill(long start, long end) {
    int first = firstEndingAbove(start);
    int next = first;
    long nameBytes = 0;
    while (next < size && starts[next] < end) {
      nameBytes += NameArena.length(names[next++]);
    }
    if (next > first) {
      move(next, first);
      size -= next - first;
    }
    return nameBytes;
  }

  /** Adds an entry that shares no address with the others; there must be room. */
  void add(long start, long end, long name) {
    if (size == starts.length) {
      int length = Math.min(CAPACITY, size * 2);
      starts = Arrays.copyOf(starts, length);
      ends = Arrays.copyOf(ends, length);
      names = Arrays.copyOf(names, length);
    }
    int index = firstEndingAbove(start);
    move(index, index + 1);
    starts[index] = start;
    ends[index] = end;
    names[index] = name;
    size++;
  }

  /** Name reference of the entry that covers the address; negative when none does. */
  long find(long address) {
    int index = firstEndingAbove(address);
    return index < size && starts[index] <= address ? names[index] : -1;
  }

  /** Appends all entries to an empty run; false when there is no more memory. */
  boolean copyTo(EntryRun run) {
    for (int i = 0; i < size; i++) {
      if (!run.add(starts[i], ends[i], names[i])) {
        return false;
      }
    }
    return true;
  }

  void clear() {
    size = 0;
  }

  private int firstEndingAbove(long address) {
    int low = 0;
    int high = size - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (ends[middle] <= address) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** Moves everything from one index to the end. */
  private void move(int from, int to) {
    System.arraycopy(starts, from, starts, to, size - from);
    System.arraycopy(ends, from, ends, to, size - from);
    System.arraycopy(names, from, names, to, size - from);
  }
}
