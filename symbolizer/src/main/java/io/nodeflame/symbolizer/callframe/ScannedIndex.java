package io.nodeflame.symbolizer.callframe;

import java.io.IOException;
import java.util.Arrays;

/**
 * Entries found by going over a section once: 12 bytes of memory for each. Entries that do not
 * parse are left out; entries with the same first address count as the last of them.
 */
final class ScannedIndex implements FunctionIndex {
  private static final int ORDINAL_BITS = 18;

  /** Entries beyond are left out: it bounds the memory to 3 MiB, twice that while going over. */
  private static final int MAX_ENTRIES = 1 << ORDINAL_BITS;

  /** Distance from the lowest first address, above the entry's place in the section; sorted. */
  private final long[] keys;

  private final int[] offsets;
  private final long lowest;
  private final int refused;

  private ScannedIndex(long[] starts, int[] offsets, long lowest, int refused) {
    this.refused = refused;
    this.lowest = lowest;
    this.offsets = offsets;
    long reach = 1L << (Long.SIZE - 1 - ORDINAL_BITS);
    int kept = 0;
    for (int ordinal = 0; ordinal < offsets.length; ordinal++) {
      long distance = starts[ordinal] - lowest;
      if (Long.compareUnsigned(distance, reach) < 0) {
        starts[kept++] = distance << ORDINAL_BITS | ordinal;
      }
    }
    keys = kept == starts.length ? starts : Arrays.copyOf(starts, kept);
    Arrays.sort(keys);
  }

  /** Goes over the entries. */
  static ScannedIndex of(FrameScan scan) throws IOException {
    Builder builder = new Builder();
    int refused = scan.each(builder::add);
    return builder.build(refused);
  }

  /** Entries that do not parse. */
  int refused() {
    return refused;
  }

  int size() {
    return keys.length;
  }

  /** First address of an entry, in ascending order; of equal ones, that of the section. */
  long start(int index) {
    return lowest + (keys[index] >>> ORDINAL_BITS);
  }

  /** Offset in the section of that entry. */
  long offset(int index) {
    return offsets[(int) (keys[index] & (MAX_ENTRIES - 1))];
  }

  @Override
  public long find(long pc) {
    long distance = pc - lowest;
    if (Long.compareUnsigned(pc, lowest) < 0
        || distance < 0
        || distance >= 1L << (Long.SIZE - 1 - ORDINAL_BITS)) {
      return NONE;
    }
    long key = distance << ORDINAL_BITS | (MAX_ENTRIES - 1);
    int found = Arrays.binarySearch(keys, key);
    int last = found >= 0 ? found : -found - 2;
    return last < 0 ? NONE : offsets[(int) (keys[last] & (MAX_ENTRIES - 1))];
  }

  /** Growing arrays; the scan bounds them. */
  private static final class Builder {
    private long[] starts = new long[256];
    private int[] offsets = new int[256];
    private int count;
    private long lowest = -1;

    boolean add(long offset, FunctionEntry entry) {
      if (count == starts.length) {
        starts = Arrays.copyOf(starts, 2 * count);
        offsets = Arrays.copyOf(offsets, 2 * count);
      }
      starts[count] = entry.start();
      offsets[count] = (int) offset;
      count++;
      if (Long.compareUnsigned(entry.start(), lowest) < 0) {
        lowest = entry.start();
      }
      return count < MAX_ENTRIES;
    }

    ScannedIndex build(int refused) {
      return new ScannedIndex(
          Arrays.copyOf(starts, count), Arrays.copyOf(offsets, count), lowest, refused);
    }
  }
}
