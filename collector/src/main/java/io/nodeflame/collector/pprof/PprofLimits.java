package io.nodeflame.collector.pprof;

/**
 * How large one encoded profile may become; what is larger is split or cut.
 *
 * @param maxSamples distinct stacks per profile
 * @param maxUncompressedBytes bytes of the pprof message before gzip
 * @param maxFrames locations per stack; a deeper one loses frames in its middle
 * @param maxStringBytes UTF-8 bytes of one name; longer ones lose their end
 */
public record PprofLimits(
    int maxSamples, int maxUncompressedBytes, int maxFrames, int maxStringBytes) {

  /**
   * What Pyroscope 2.2.1 takes with its defaults. 2 MiB is the burst of its rate limiter, which a
   * profile must pass together with its labels: hence 1.9 MiB.
   */
  public static final PprofLimits PYROSCOPE = new PprofLimits(16_000, 1_992_294, 1_000, 65_535);

  private static final int SMALLEST_PROFILE_BYTES = 4_096;

  public PprofLimits {
    if (maxSamples < 1 || maxFrames < 3 || maxStringBytes < 64) {
      throw new IllegalArgumentException("limits too small: " + maxSamples + " samples");
    }
    // A stack of one marker frame must always fit, so that a cut ends.
    if (maxUncompressedBytes < SMALLEST_PROFILE_BYTES) {
      throw new IllegalArgumentException("maxUncompressedBytes below " + SMALLEST_PROFILE_BYTES);
    }
  }
}
