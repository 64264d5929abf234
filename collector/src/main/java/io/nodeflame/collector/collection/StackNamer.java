package io.nodeflame.collector.collection;

import io.nodeflame.bpf.EndReason;
import io.nodeflame.collector.profile.ProfileFrame;
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
    int user = table.userCount(index);
    if (stack.length < kernel + user + 1) {
      stack = new int[2 * (kernel + user + 1)];
    }
    for (int i = 0; i < kernel; i++) {
      stack[i] = kernelFrame(table.address(index, i));
    }
    end = END_REASONS[table.endReason(index)];
    for (int i = 0; i < user; i++) {
      int frame = userFrame(image, table.address(index, kernel + i), i > 0);
      stack[kernel + i] = frame;
      if (frames.isStackBase(frame)) {
        end = EndReason.COMPLETE;
        return kernel + i + 1;
      }
    }
    if (end.isComplete()) {
      return kernel + user;
    }
    stack[kernel + user] = marker(end);
    return kernel + user + 1;
  }

  private int userFrame(TrackedImage image, long address, boolean isReturnAddress) {
    long key = isReturnAddress ? address | RETURN_ADDRESS : address;
    int cached = image.cachedFrame(key);
    if (cached >= 0) {
      return cached;
    }
    int frame = frames.indexOf(image.space().locate(address, isReturnAddress));
    image.cacheFrame(key, frame);
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
    return frames.indexOf(
        new ProfileFrame("marker", "", "", List.of(new ProfileFrame.Line(name, "", 0))), null);
  }
}
