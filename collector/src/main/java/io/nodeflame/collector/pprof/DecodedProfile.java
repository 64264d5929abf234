package io.nodeflame.collector.pprof;

import io.nodeflame.collector.profile.ProfileFrame;
import java.util.List;
import java.util.Map;

/**
 * What a pprof message says, of any producer: frames, stacks of them, and one value per stack and
 * sample type.
 */
public final class DecodedProfile {
  private final List<ValueType> sampleTypes;
  private final ValueType periodType;
  private final long period;
  private final long timeNanos;
  private final long durationNanos;
  private final Stacks stacks;

  /** Type and unit, such as {@code cpu} in {@code nanoseconds}; both empty when not given. */
  public record ValueType(String type, String unit) {}

  /** Stacks are ranges of indexes of frames, leaf first; values are in groups, one per type. */
  @SuppressWarnings("ArrayRecordComponent") // a carrier within the package, never compared
  record Stacks(List<ProfileFrame> frames, int[] frameIndexes, int[] starts, long[] values) {}

  DecodedProfile(
      List<ValueType> sampleTypes,
      ValueType periodType,
      long period,
      long timeNanos,
      long durationNanos,
      Stacks stacks) {
    this.sampleTypes = List.copyOf(sampleTypes);
    this.periodType = periodType;
    this.period = period;
    this.timeNanos = timeNanos;
    this.durationNanos = durationNanos;
    this.stacks = stacks;
  }

  public List<ValueType> sampleTypes() {
    return sampleTypes;
  }

  public ValueType periodType() {
    return periodType;
  }

  public long period() {
    return period;
  }

  public long timeNanos() {
    return timeNanos;
  }

  public long durationNanos() {
    return durationNanos;
  }

  public List<ProfileFrame> frames() {
    return stacks.frames;
  }

  public int stackCount() {
    return stacks.starts.length - 1;
  }

  public int depth(int stack) {
    return stacks.starts[stack + 1] - stacks.starts[stack];
  }

  /** The frame at a depth, 0 being the leaf. */
  public ProfileFrame frame(int stack, int depth) {
    return stacks.frames.get(frameIndex(stack, depth));
  }

  /** Index of that frame in {@link #frames()}. */
  public int frameIndex(int stack, int depth) {
    return stacks.frameIndexes[stacks.starts[stack] + depth];
  }

  public long value(int stack, int sampleType) {
    return stacks.values[stack * sampleTypes.size() + sampleType];
  }

  /** Sum over all stacks. */
  public long total(int sampleType) {
    long total = 0;
    for (int stack = 0; stack < stackCount(); stack++) {
      total += value(stack, sampleType);
    }
    return total;
  }

  /** {@code root;...;leaf} to value, sorted; inlined functions are entries of their own. */
  public Map<String, Long> collapse(int sampleType) {
    CollapsedStacks collapsed = new CollapsedStacks();
    for (int stack = 0; stack < stackCount(); stack++) {
      for (int depth = depth(stack) - 1; depth >= 0; depth--) {
        collapsed.frame(frame(stack, depth));
      }
      collapsed.end(value(stack, sampleType));
    }
    return collapsed.asMap();
  }
}
