package io.nodeflame.symbolizer.hotspot;

/**
 * One of the ranges of a process's run-time code. They never move.
 *
 * @param low first address
 * @param high address behind the last
 * @param segmentMap one byte for each segment: 0 where a block begins, 0xff where none is, else how
 *     many segments to go back, or less
 * @param segmentBits a segment has 2 to the power of that many bytes
 */
public record CodeHeap(long low, long high, long segmentMap, int segmentBits) {
  private static final long MAX_BYTES = 1L << 32;

  boolean makesSense() {
    return low > 0
        && high > low
        && high - low <= MAX_BYTES
        && segmentMap > 0
        && segmentBits >= 4
        && segmentBits <= 16;
  }
}
