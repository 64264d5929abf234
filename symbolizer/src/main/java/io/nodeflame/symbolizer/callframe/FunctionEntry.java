package io.nodeflame.symbolizer.callframe;

/**
 * The entry of one range of code (FDE).
 *
 * @param start first virtual address
 * @param end first virtual address after it
 * @param programStart offset of its instructions in the section
 * @param programEnd offset of the first byte after them
 */
record FunctionEntry(CommonEntry common, long start, long end, long programStart, long programEnd) {

  boolean contains(long pc) {
    return Long.compareUnsigned(pc, start) >= 0 && Long.compareUnsigned(pc, end) < 0;
  }
}
