package io.nodeflame.collector.collection;

import io.nodeflame.bpf.SampleView;
import io.nodeflame.bpf.UserFrame;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Counts equal stacks of one process together, in a few primitive arrays that are used again for
 * every slice: nothing is allocated per sample once they have grown.
 *
 * <p>Two samples are equal when process image, end reason, every address, and what the thread goes
 * by agree. CPU and time are not part of the key; whoever needs them per sample must add them here.
 *
 * <p>Layout of a stack in the arena: kernel addresses leaf first, then user frames leaf first: the
 * address with the frame's kind above it, and behind it one more word where the kind is not native.
 */
final class StackTable {
  /**
   * Beyond either bound the slice ends early, and takes no new stack meanwhile: three tables are at
   * most 18 MiB, and a storm must not end the daemon with its heap.
   */
  static final int MAX_STACKS = 1 << 15;

  static final int MAX_WORDS = 1 << 19;

  private static final int KIND_SHIFT = 56;
  private static final long ADDRESS = (1L << KIND_SHIFT) - 1;

  /** Above the words of two of the deepest stacks. */
  private static final int SPARE_WORDS = 4096;

  private static final int INITIAL_STACKS = 1 << 9;
  private static final int INITIAL_WORDS = 1 << 13;
  private static final long HASH_MULTIPLIER = 0x9E3779B97F4A7C15L;

  private int[] slots = new int[2 * INITIAL_STACKS];
  private long[] hashes = new long[INITIAL_STACKS];
  private TrackedImage[] images = new TrackedImage[INITIAL_STACKS];
  private int[] starts = new int[INITIAL_STACKS];
  private short[] kernelCounts = new short[INITIAL_STACKS];
  private short[] userCounts = new short[INITIAL_STACKS];
  private byte[] endReasons = new byte[INITIAL_STACKS];
  private @Nullable String[] threads = new @Nullable String[INITIAL_STACKS];
  private long[] sampleCounts = new long[INITIAL_STACKS];
  private long[] values = new long[INITIAL_STACKS];
  private long[] words = new long[INITIAL_WORDS];
  private int stackCount;
  private int wordCount;
  private long sampleCount;

  /** Whether no new stack is taken any more. */
  boolean isFull() {
    return stackCount >= MAX_STACKS || wordCount >= MAX_WORDS - SPARE_WORDS;
  }

  /**
   * Counts a sample.
   *
   * @param leafCaller caller of a leaf without a frame, put in behind the leaf; 0 = none
   * @param thread what the thread goes by, always the same object for one name; null = nothing
   * @return false when the table is full and has no such stack: the sample is not counted
   */
  @SuppressWarnings("EnumOrdinal") // a byte in memory, decoded by the same enum
  boolean add(TrackedImage image, SampleView sample, long leafCaller, @Nullable String thread) {
    int kernel = sample.kernelFrameCount();
    int user = sample.userFrameCount();
    int start = wordCount;
    int end = write(sample, kernel, user, leafCaller);
    int userTotal = end - start - kernel;
    byte reason = (byte) sample.endReason().ordinal();
    long hash = hash(image, start, end, reason, kernel) + (thread == null ? 0 : thread.hashCode());
    int stack = find(hash, image, start, end, kernel, reason, thread);
    if (stack < 0) {
      if (isFull()) {
        return false;
      }
      stack = append(hash, image, start, kernel, userTotal, reason);
      threads[stack] = thread;
      wordCount = end;
    }
    sampleCounts[stack]++;
    values[stack] += sample.valueNanos();
    sampleCount++;
    return true;
  }

  /** Copies the addresses behind the last stack; they stay only when the stack is new. */
  private int write(SampleView sample, int kernel, int user, long leafCaller) {
    int needed = wordCount + kernel + 2 * user + 1;
    if (needed > words.length) {
      words = Arrays.copyOf(words, Math.max(needed, words.length * 2));
    }
    int at = wordCount;
    for (int i = 0; i < kernel; i++) {
      words[at++] = sample.kernelAddress(i);
    }
    for (int i = 0; i < user; i++) {
      int kind = sample.userFrameKind(i);
      words[at++] = (sample.userAddress(i) & ADDRESS) | ((long) kind << KIND_SHIFT);
      if (kind != UserFrame.NATIVE) {
        words[at++] = sample.userFrameData(i);
      }
      if (i == 0 && leafCaller != 0) {
        words[at++] = leafCaller;
      }
    }
    return at;
  }

  private long hash(TrackedImage image, int start, int end, byte reason, int kernel) {
    long hash = System.identityHashCode(image) * 31L + reason + ((long) kernel << 32);
    for (int i = start; i < end; i++) {
      hash = (hash ^ words[i]) * HASH_MULTIPLIER;
      hash ^= hash >>> 29;
    }
    return hash;
  }

  @SuppressWarnings("ReferenceEquality") // one name is one object
  private int find(
      long hash,
      TrackedImage image,
      int start,
      int end,
      int kernel,
      byte reason,
      @Nullable String thread) {
    int mask = slots.length - 1;
    for (int slot = (int) hash & mask; slots[slot] != 0; slot = (slot + 1) & mask) {
      int stack = slots[slot] - 1;
      if (hashes[stack] == hash
          && images[stack] == image
          && endReasons[stack] == reason
          && threads[stack] == thread
          && kernelCounts[stack] == kernel
          && Arrays.equals(words, starts[stack], starts[stack] + depth(stack), words, start, end)) {
        return stack;
      }
    }
    return -1;
  }

  private int append(long hash, TrackedImage image, int start, int kernel, int user, byte reason) {
    if (stackCount == hashes.length) {
      grow();
    }
    int stack = stackCount++;
    hashes[stack] = hash;
    images[stack] = image;
    starts[stack] = start;
    kernelCounts[stack] = (short) kernel;
    userCounts[stack] = (short) user;
    endReasons[stack] = reason;
    sampleCounts[stack] = 0;
    values[stack] = 0;
    insertSlot(hash, stack);
    return stack;
  }

  private void insertSlot(long hash, int stack) {
    int mask = slots.length - 1;
    int slot = (int) hash & mask;
    while (slots[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    slots[slot] = stack + 1;
  }

  private void grow() {
    int capacity = hashes.length * 2;
    hashes = Arrays.copyOf(hashes, capacity);
    images = Arrays.copyOf(images, capacity);
    starts = Arrays.copyOf(starts, capacity);
    kernelCounts = Arrays.copyOf(kernelCounts, capacity);
    userCounts = Arrays.copyOf(userCounts, capacity);
    endReasons = Arrays.copyOf(endReasons, capacity);
    threads = Arrays.copyOf(threads, capacity);
    sampleCounts = Arrays.copyOf(sampleCounts, capacity);
    values = Arrays.copyOf(values, capacity);
    slots = new int[capacity * 2];
    for (int stack = 0; stack < stackCount; stack++) {
      insertSlot(hashes[stack], stack);
    }
  }

  /** Makes the table empty; arrays that grew in a storm are given back. */
  void clear() {
    Arrays.fill(images, 0, stackCount, null);
    if (words.length > 16 * INITIAL_WORDS && wordCount < words.length / 8) {
      words = new long[INITIAL_WORDS];
    }
    Arrays.fill(slots, 0);
    stackCount = 0;
    wordCount = 0;
    sampleCount = 0;
  }

  int stackCount() {
    return stackCount;
  }

  long sampleCount() {
    return sampleCount;
  }

  TrackedImage image(int stack) {
    return images[stack];
  }

  int kernelCount(int stack) {
    return kernelCounts[stack];
  }

  /** How many words the user frames have. */
  int userWords(int stack) {
    return userCounts[stack];
  }

  /** The kind in the first word of a user frame: one of {@link UserFrame}. */
  static int kind(long word) {
    return (int) (word >>> KIND_SHIFT);
  }

  /** The address in the first word of a user frame. */
  static long addressIn(long word) {
    return word & ADDRESS;
  }

  private int depth(int stack) {
    return kernelCounts[stack] + userCounts[stack];
  }

  /** Kernel addresses first, then the words of user frames, each leaf first. */
  long word(int stack, int index) {
    return words[starts[stack] + index];
  }

  /** What the thread goes by; null where threads are not told apart. */
  @Nullable String thread(int stack) {
    return threads[stack];
  }

  byte endReason(int stack) {
    return endReasons[stack];
  }

  long sampleCount(int stack) {
    return sampleCounts[stack];
  }

  long value(int stack) {
    return values[stack];
  }
}
