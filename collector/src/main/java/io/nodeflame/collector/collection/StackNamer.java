package io.nodeflame.collector.collection;

import io.nodeflame.bpf.EndReason;
import io.nodeflame.bpf.UserFrame;
import io.nodeflame.collector.profile.ProfileFrame;
import io.nodeflame.symbolizer.JavaCode;
import io.nodeflame.symbolizer.Symbolizer;
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

  private static final long RUN_TIME_CODE = 1L << 62;
  private static final int NATIVE_TAG = 0;
  private static final ProfileFrame PARKED = marker("[virtual thread: parked frames]");

  private static final EndReason[] END_REASONS = EndReason.values();

  private final Symbolizer symbolizer;
  private final FrameTable frames;
  private final Long2LongHashMap kernelFrames = new Long2LongHashMap(NOT_CACHED);
  private int kernelFramesVersion;
  private int[] stack = new int[256];
  private EndReason end = EndReason.COMPLETE;

  StackNamer(Symbolizer symbolizer, FrameTable frames) {
    this.symbolizer = symbolizer;
    this.frames = frames;
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
              : javaFrame(image, kind, StackTable.addressIn(word), table.word(index, kernel + ++i));
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

  /** Compiled code at one address may be another method later: its id tells. */
  private int javaFrame(TrackedImage image, int kind, long address, long data) {
    if (kind == UserFrame.JAVA_PARKED) {
      return frames.indexOf(PARKED, null);
    }
    if (kind == UserFrame.JAVA_INTERPRETED) { // may be another method, and nothing tells
      int index = UserFrame.bytecodeIndex(data);
      return frames.indexOf(
          image.java().interpreted(address, index == UserFrame.NO_BYTECODE_INDEX ? -1 : index));
    }
    long key = address | RUN_TIME_CODE;
    int cached = image.cachedFrame(key, UserFrame.compileId(data));
    if (cached >= 0) {
      return cached;
    }
    JavaCode java = image.java();
    int offset = UserFrame.codeOffset(data);
    int frame =
        frames.indexOf(
            kind == UserFrame.JAVA_COMPILED
                ? java.compiled(address, offset, UserFrame.compileId(data))
                : java.stub(address, offset));
    image.cacheFrame(key, UserFrame.compileId(data), frame);
    return frame;
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

  private int marker(EndReason reason) {
    String name =
        reason == EndReason.DEPTH_LIMIT ? "[truncated]" : "[unwind failed: " + reason.label() + "]";
    return frames.indexOf(marker(name), null);
  }

  private static ProfileFrame marker(String name) {
    return new ProfileFrame("marker", "", "", List.of(new ProfileFrame.Line(name, "", 0)));
  }
}
