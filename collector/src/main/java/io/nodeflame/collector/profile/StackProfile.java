package io.nodeflame.collector.profile;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * The counted stacks of one target over one window, before encoding. Stacks are ranges of frame
 * indexes, leaf first, so that a window of many thousand stacks is a handful of arrays.
 *
 * <p>Immutable by contract: the arrays are handed over, not copied.
 */
public final class StackProfile {
  private final ProfileType type;
  private final SeriesLabels labels;
  private final Instant start;
  private final Duration duration;
  private final long periodNanos;
  private final List<ProfileFrame> frames;
  private final int[] frameIndexes;
  private final int[] stackStarts;
  private final long[] sampleCounts;
  private final long[] values;

  /**
   * @param start begin of the window, UTC
   * @param periodNanos CPU time between two samples
   * @param frames the frames that indexes point to
   * @param frameIndexes all stacks, one behind the other, leaf first
   * @param stackStarts where each stack starts in {@code frameIndexes}, and one last entry: the
   *     end; so one entry more than there are stacks
   * @param sampleCounts samples per stack
   * @param values nanoseconds per stack
   */
  public StackProfile(
      ProfileType type,
      SeriesLabels labels,
      Instant start,
      Duration duration,
      long periodNanos,
      List<ProfileFrame> frames,
      int[] frameIndexes,
      int[] stackStarts,
      long[] sampleCounts,
      long[] values) {
    if (stackStarts.length != values.length + 1 || sampleCounts.length != values.length) {
      throw new IllegalArgumentException("arrays of different length");
    }
    this.type = type;
    this.labels = labels;
    this.start = start;
    this.duration = duration;
    this.periodNanos = periodNanos;
    this.frames = frames;
    this.frameIndexes = frameIndexes;
    this.stackStarts = stackStarts;
    this.sampleCounts = sampleCounts;
    this.values = values;
  }

  public ProfileType type() {
    return type;
  }

  public SeriesLabels labels() {
    return labels;
  }

  public Instant start() {
    return start;
  }

  public Duration duration() {
    return duration;
  }

  public long periodNanos() {
    return periodNanos;
  }

  public int stackCount() {
    return values.length;
  }

  public int depth(int stack) {
    return stackStarts[stack + 1] - stackStarts[stack];
  }

  /** The frame at a depth, 0 being the leaf. */
  public ProfileFrame frame(int stack, int depth) {
    return frames.get(frameIndex(stack, depth));
  }

  /** Index of that frame in {@link #frames()}: equal frames may have several. */
  public int frameIndex(int stack, int depth) {
    return frameIndexes[stackStarts[stack] + depth];
  }

  public List<ProfileFrame> frames() {
    return frames;
  }

  /** Samples counted for this stack. */
  public long sampleCount(int stack) {
    return sampleCounts[stack];
  }

  /** Nanoseconds that this stack stands for. */
  public long value(int stack) {
    return values[stack];
  }

  public long totalSamples() {
    return Arrays.stream(sampleCounts).sum();
  }
}
