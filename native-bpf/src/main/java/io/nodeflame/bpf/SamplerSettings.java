package io.nodeflame.bpf;

/**
 * How to sample.
 *
 * @param event what fires
 * @param frequencyHz firings per second and CPU, 1 to 1000
 * @param maxUserFrames deeper user stacks keep the leaf end, 1 to 512
 * @param kernelStacks whether kernel stacks are taken
 * @param cgroupController the hierarchy whose directory inodes name containers
 */
public record SamplerSettings(
    SamplingEvent event,
    int frequencyHz,
    int maxUserFrames,
    boolean kernelStacks,
    CgroupController cgroupController) {
  static final int MAX_FREQUENCY_HZ = 1000;

  public SamplerSettings {
    if (frequencyHz < 1 || frequencyHz > MAX_FREQUENCY_HZ) {
      throw new IllegalArgumentException(
          "frequencyHz " + frequencyHz + " is not in 1.." + MAX_FREQUENCY_HZ);
    }
    if (maxUserFrames < 1 || maxUserFrames > Layout.MAX_USER_FRAMES) {
      throw new IllegalArgumentException(
          "maxUserFrames " + maxUserFrames + " is not in 1.." + Layout.MAX_USER_FRAMES);
    }
  }

  /** Nanoseconds between two firings on a CPU. */
  public long periodNanos() {
    return periodNanos(frequencyHz);
  }

  static long periodNanos(int hertz) {
    return 1_000_000_000L / hertz;
  }
}
