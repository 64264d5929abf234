package io.nodeflame.symbolizer.elf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Where a file has code: its executable sections or, without sections, segments. */
final class ExecutableRanges {
  private final long[] starts;
  private final long[] ends;

  private ExecutableRanges(List<long[]> ranges) {
    ranges.sort(Comparator.comparingLong(range -> range[0] ^ Long.MIN_VALUE));
    starts = new long[ranges.size()];
    ends = new long[ranges.size()];
    for (int i = 0; i < starts.length; i++) {
      starts[i] = ranges.get(i)[0];
      ends[i] = ranges.get(i)[1];
    }
  }

  static ExecutableRanges of(List<ElfSegment> segments, List<ElfSection> sections) {
    List<long[]> ranges = new ArrayList<>();
    for (ElfSection section : sections) {
      if (section.isExecutable()) {
        add(ranges, section.address(), section.size());
      }
    }
    if (ranges.isEmpty()) {
      for (ElfSegment segment : segments) {
        if (segment.isLoaded() && segment.isExecutable()) {
          add(ranges, segment.address(), segment.memorySize());
        }
      }
    }
    return new ExecutableRanges(ranges);
  }

  private static void add(List<long[]> ranges, long start, long size) {
    long end = start + size;
    if (Long.compareUnsigned(start, end) < 0) { // neither empty nor around the end of the space
      ranges.add(new long[] {start, end});
    }
  }

  /** The end of the range that contains the address, or 0 when none does. */
  long endAround(long address) {
    int low = 0;
    int high = starts.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(starts[middle], address) <= 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high >= 0 && Long.compareUnsigned(address, ends[high]) < 0 ? ends[high] : 0;
  }
}
