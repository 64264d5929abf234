package io.nodeflame.symbolizer.perfmap;

/**
 * How much of one process's perf-map is read and kept.
 *
 * @param maxTotalBytes read in the life of the process, rewritten files included; of a file that is
 *     larger when first seen, the first and the last half of it: programs write what lasts first,
 *     and later lines replace earlier ones
 * @param maxRefreshBytes read by one refresh; the next goes on from there
 * @param maxEntries kept at once; further ones are dropped and counted
 */
public record PerfMapLimits(long maxTotalBytes, long maxRefreshBytes, int maxEntries) {
  public static final PerfMapLimits DEFAULT = new PerfMapLimits(256L << 20, 16L << 20, 1_000_000);

  /** A line is cut here, which shortens its name. */
  static final int MAX_LINE_BYTES = 4096;

  /** Always holds the end of a line, or is cut. */
  static final int MIN_READ_BYTES = 2 * MAX_LINE_BYTES;

  public PerfMapLimits {
    if (maxTotalBytes < MIN_READ_BYTES || maxRefreshBytes < MIN_READ_BYTES || maxEntries <= 0) {
      throw new IllegalArgumentException(
          "a perf-map needs " + MIN_READ_BYTES + " bytes and 1 entry at least");
    }
  }
}
