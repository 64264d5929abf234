package io.nodeflame.symbolizer.hotspot;

/** Addresses from {@code start} to before {@code end}; empty when they make no sense. */
record AddressRange(long start, long end) {
  AddressRange {
    if (start < 0 || end < start) {
      start = 0;
      end = 0;
    }
  }

  long bytes() {
    return end - start;
  }

  /** Whether a number of bytes from there on is inside. */
  boolean contains(long address, int bytes) {
    return address >= start && address <= end - bytes;
  }
}
