package io.nodeflame.collector.collection;

import io.nodeflame.collector.profile.ProfileFrame;
import io.nodeflame.collector.profile.ProfileType;
import io.nodeflame.collector.profile.SeriesLabels;
import io.nodeflame.collector.profile.StackProfile;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * The stacks of one target in one window, by frame index, equal ones counted together: stacks that
 * differ only in addresses without meaning (another process, another line of a function without
 * line numbers) are one here.
 */
final class TargetWindow {
  private static final int INITIAL_STACKS = 64;
  private static final int INITIAL_FRAMES = 2048;

  private int[] slots = new int[2 * INITIAL_STACKS];
  private int[] hashes = new int[INITIAL_STACKS];
  private int[] starts = new int[INITIAL_STACKS + 1];
  private long[] sampleCounts = new long[INITIAL_STACKS];
  private long[] values = new long[INITIAL_STACKS];
  private int[] frames = new int[INITIAL_FRAMES];
  private int stackCount;
  private long samples;

  long samples() {
    return samples;
  }

  int stackCount() {
    return stackCount;
  }

  /** Frame indexes held, a measure of the window's memory. */
  int frameCount() {
    return starts[stackCount];
  }

  /** Counts samples of a stack: {@code stack[0, depth)}, leaf first. */
  void add(int[] stack, int depth, long sampleCount, long value) {
    int hash = 1;
    for (int i = 0; i < depth; i++) {
      hash = 31 * hash + stack[i];
    }
    hash ^= hash >>> 15;
    int index = find(hash, stack, depth);
    if (index < 0) {
      index = append(hash, stack, depth);
    }
    sampleCounts[index] += sampleCount;
    values[index] += value;
    samples += sampleCount;
  }

  /** Counts all stacks of another one, whose indexes are of the same frame table. */
  void addAll(TargetWindow other) {
    int[] stack = new int[0];
    for (int index = 0; index < other.stackCount; index++) {
      int depth = other.starts[index + 1] - other.starts[index];
      if (stack.length < depth) {
        stack = new int[2 * depth];
      }
      System.arraycopy(other.frames, other.starts[index], stack, 0, depth);
      add(stack, depth, other.sampleCounts[index], other.values[index]);
    }
  }

  private int find(int hash, int[] stack, int depth) {
    int mask = slots.length - 1;
    for (int slot = hash & mask; slots[slot] != 0; slot = (slot + 1) & mask) {
      int index = slots[slot] - 1;
      if (hashes[index] == hash
          && Arrays.equals(frames, starts[index], starts[index + 1], stack, 0, depth)) {
        return index;
      }
    }
    return -1;
  }

  private int append(int hash, int[] stack, int depth) {
    if (stackCount == hashes.length) {
      grow();
    }
    int start = starts[stackCount];
    if (start + depth > frames.length) {
      frames = Arrays.copyOf(frames, Math.max(start + depth, frames.length * 2));
    }
    System.arraycopy(stack, 0, frames, start, depth);
    int index = stackCount++;
    starts[stackCount] = start + depth;
    hashes[index] = hash;
    insertSlot(hash, index);
    return index;
  }

  private void insertSlot(int hash, int index) {
    int mask = slots.length - 1;
    int slot = hash & mask;
    while (slots[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    slots[slot] = index + 1;
  }

  private void grow() {
    int capacity = hashes.length * 2;
    hashes = Arrays.copyOf(hashes, capacity);
    starts = Arrays.copyOf(starts, capacity + 1);
    sampleCounts = Arrays.copyOf(sampleCounts, capacity);
    values = Arrays.copyOf(values, capacity);
    slots = new int[2 * capacity];
    for (int index = 0; index < stackCount; index++) {
      insertSlot(hashes[index], index);
    }
  }

  /**
   * The profile of this window. The window must not be used afterwards.
   *
   * @param allFrames what the indexes point to
   * @param periodNanos for a window whose samples have no weight
   */
  StackProfile close(
      SeriesLabels labels,
      List<ProfileFrame> allFrames,
      Instant start,
      Duration duration,
      long periodNanos) {
    return new StackProfile(
        ProfileType.CPU,
        labels,
        start,
        duration,
        meanWeight(periodNanos),
        allFrames,
        frames,
        Arrays.copyOf(starts, stackCount + 1),
        Arrays.copyOf(sampleCounts, stackCount),
        Arrays.copyOf(values, stackCount));
  }

  /** What a sample of this target stands for: its pods may be sampled more often than others. */
  private long meanWeight(long otherwise) {
    long total = 0;
    for (int index = 0; index < stackCount; index++) {
      total += values[index];
    }
    return total <= 0 || samples == 0 ? otherwise : Math.max(1, total / samples);
  }
}
