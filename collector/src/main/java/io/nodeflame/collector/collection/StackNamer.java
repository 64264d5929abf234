package io.nodeflame.collector.collection;

import io.nodeflame.bpf.EndReason;
import io.nodeflame.bpf.UserFrame;
import io.nodeflame.collector.profile.ProfileFrame;
import io.nodeflame.symbolizer.Symbolizer;
import java.util.Arrays;
import java.util.List;
import org.agrona.collections.Long2LongHashMap;

/**
 * Turns a collapsed stack of addresses into frame indexes, each distinct address of a process being
 * symbolized once while it is cached. A stack that ended early gets a marker at its root, so that
 * it cannot be taken for a whole one. For the collecting thread.
 */
final class StackNamer {
  private static final long NOT_CACHED = -1;

  /** Addresses are below 2^63 in user space, so the top bit can tell calls from interrupts. */
  private static final long RETURN_ADDRESS = 1L << 63;

  private static final int NATIVE_TAG = 0;
  private static final ProfileFrame PARKED = marker("[virtual thread: parked frames]");

  private static final EndReason[] END_REASONS = EndReason.values();

  private final Symbolizer symbolizer;
  private final FrameTable frames;
  private final JavaFrameNames javaNames;
  private final Long2LongHashMap kernelFrames = new Long2LongHashMap(NOT_CACHED);
  private int kernelFramesVersion;
  private int[] stack = new int[256];
  private EndReason end = EndReason.COMPLETE;

  StackNamer(Symbolizer symbolizer, FrameTable frames) {
    this.symbolizer = symbolizer;
    this.frames = frames;
    this.javaNames = new JavaFrameNames(frames);
  }

  /** Notes what a stack that is named soon needs: {@link #readNeeded} reads it at once. */
  void need(StackTable table, int index, long slice) {
    table.image(index).prepareFor(slice, frames.version());
    javaNames.need(table, index);
  }

  void readNeeded() {
    javaNames.read();
  }

  /** The frame indexes of the last stack named; valid until the next. */
  int[] frames() {
    return stack;
  }

  /** How the last stack named ends. */
  EndReason end() {
    return end;
  }

  /**
   * Names a stack. Behind a frame in which stacks begin it ends, complete, wherever the walk went.
   *
   * @return its depth, the marker included
   */
  int name(StackTable table, int index, long slice) {
    TrackedImage image = table.image(index);
    image.prepareFor(slice, frames.version());
    dropStaleKernelFrames();
    int kernel = table.kernelCount(index);
    int user = table.userWords(index);
    if (stack.length < kernel + user + 1) {
      stack = new int[2 * (kernel + user + 1)];
    }
    for (int i = 0; i < kernel; i++) {
      stack[i] = kernelFrame(table.word(index, i));
    }
    end = END_REASONS[table.endReason(index)];
    int depth = kernel;
    for (int i = 0; i < user; i++) {
      long word = table.word(index, kernel + i);
      int kind = StackTable.kind(word);
      int frame =
          kind == UserFrame.NATIVE
              ? userFrame(image, word, depth > kernel)
              : javaFrame(image, word, table.word(index, kernel + ++i));
      stack[depth++] = frame;
      if (frames.isStackBase(frame)) {
        end = EndReason.COMPLETE;
        return depth;
      }
    }
    if (!end.isComplete()) {
      stack[depth++] = marker(end);
    }
    return depth;
  }

  private int javaFrame(TrackedImage image, long word, long data) {
    int kind = StackTable.kind(word);
    return kind == UserFrame.JAVA_PARKED
        ? frames.indexOf(PARKED, null)
        : javaNames.indexOf(image, kind, StackTable.addressIn(word), data);
  }

  private int userFrame(TrackedImage image, long address, boolean isReturnAddress) {
    long key = isReturnAddress ? address | RETURN_ADDRESS : address;
    int cached = image.cachedFrame(key, NATIVE_TAG);
    if (cached >= 0) {
      return cached;
    }
    int frame = frames.indexOf(image.space().locate(address, isReturnAddress));
    image.cacheFrame(key, NATIVE_TAG, frame);
    return frame;
  }

  private int kernelFrame(long address) {
    long cached = kernelFrames.get(address);
    if (cached != NOT_CACHED) {
      return (int) cached;
    }
    int frame = frames.indexOf(symbolizer.kernel(address));
    kernelFrames.put(address, frame);
    return frame;
  }

  private void dropStaleKernelFrames() {
    if (kernelFramesVersion != frames.version()) {
      kernelFramesVersion = frames.version();
      kernelFrames.clear();
    }
  }

  /**
   * Puts the thread at the root of the last stack named.
   *
   * @return its depth then
   */
  int addThread(String thread, int depth) {
    if (stack.length == depth) {
      stack = Arrays.copyOf(stack, 2 * depth);
    }
    stack[depth] = frames.indexOf(frame("thread", thread), null);
    return depth + 1;
  }

  private int marker(EndReason reason) {
    String name =
        reason == EndReason.DEPTH_LIMIT ? "[truncated]" : "[unwind failed: " + reason.label() + "]";
    return frames.indexOf(marker(name), null);
  }

  private static ProfileFrame marker(String name) {
    return frame("marker", name);
  }

  private static ProfileFrame frame(String kind, String name) {
    return new ProfileFrame(kind, "", "", List.of(new ProfileFrame.Line(name, "", 0)));
  }
}
