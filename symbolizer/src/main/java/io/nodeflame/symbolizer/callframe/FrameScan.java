package io.nodeflame.symbolizer.callframe;

import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.IOException;

/** Goes over all functions' entries of a section in their order. */
final class FrameScan {
  /** What lies beyond is not looked at. */
  private static final long MAX_BYTES = 1L << 30;

  private final FrameEntries entries;
  private final long maxFunctions;

  /**
   * @param maxFunctions so many functions' entries are gone over
   */
  FrameScan(FrameEntries entries, long maxFunctions) {
    this.entries = entries;
    this.maxFunctions = maxFunctions;
  }

  /** Receives an entry; false ends the scan. */
  @FunctionalInterface
  interface Visitor {
    boolean entry(long offset, FunctionEntry entry) throws IOException;
  }

  /**
   * Visits the entries up to the end of the section, or the first whose length cannot be right. A
   * length of zero is no end: start files leave such words in the middle.
   *
   * @return number of entries that were left out because they do not parse or the visitor could not
   *     read them
   */
  int each(Visitor visitor) throws IOException {
    int refused = 0;
    long size = Math.min(entries.size(), MAX_BYTES);
    long offset = 0;
    long functions = 0;
    while (size - offset >= 4 && functions < maxFunctions) {
      long next;
      try {
        next = entries.nextAfter(offset);
      } catch (MalformedException e) {
        return refused + 1;
      }
      try {
        if (entries.isFunction()) {
          functions++;
          if (!visitor.entry(offset, entries.function(offset))) {
            return refused;
          }
        }
      } catch (MalformedException e) {
        refused++;
      }
      offset = next;
    }
    return refused;
  }
}
