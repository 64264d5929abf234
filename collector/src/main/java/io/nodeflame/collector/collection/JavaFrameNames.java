package io.nodeflame.collector.collection;

import io.nodeflame.bpf.UserFrame;
import io.nodeflame.symbolizer.JavaFrame;
import io.nodeflame.symbolizer.Location;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.agrona.collections.LongHashSet;

/**
 * Names of Java frames. Those that a slice needs are read together, a process at a time, since each
 * question to a process costs a handoff between threads. For the collecting thread.
 *
 * <p>A compiled method is known by address and compile id, and kept while the image is; an
 * interpreted one has nothing but an address, where another may be soon: it is kept for the slice.
 */
final class JavaFrameNames {
  /** Above the addresses of user space; tells run-time code from native code of an image. */
  private static final long RUN_TIME_CODE = 1L << 62;

  private static final int INDEX_SHIFT = 47;
  private static final int UNKNOWN_INDEX = -1;

  private final FrameTable frames;
  private final IdentityHashMap<TrackedImage, Unknown> unknown = new IdentityHashMap<>();

  /** What a process is to be asked for. */
  private static final class Unknown {
    private final LongHashSet keys = new LongHashSet();
    private final List<JavaFrame> frames = new ArrayList<>();
  }

  JavaFrameNames(FrameTable frames) {
    this.frames = frames;
  }

  /** Notes what a stack needs and is not known yet; its image was prepared for the slice. */
  void need(StackTable table, int stack) {
    int user = table.userWords(stack);
    int first = table.kernelCount(stack);
    for (int i = 0; i < user; i++) {
      long word = table.word(stack, first + i);
      int kind = StackTable.kind(word);
      if (kind == UserFrame.NATIVE) {
        continue;
      }
      long address = StackTable.addressIn(word);
      long data = table.word(stack, first + ++i);
      TrackedImage image = table.image(stack);
      if (kind != UserFrame.JAVA_PARKED && known(image, kind, address, data) < 0) {
        Unknown missing = unknown.computeIfAbsent(image, added -> new Unknown());
        // Two methods of one address and slice: the second is asked for by itself.
        if (missing.keys.add(key(kind, address, data))) {
          missing.frames.add(frame(kind, address, data));
        }
      }
    }
  }

  /** Asks for all that was noted. */
  void read() {
    try {
      unknown.forEach((image, missing) -> read(image, missing.frames));
    } finally {
      unknown.clear();
    }
  }

  private void read(TrackedImage image, List<JavaFrame> asked) {
    List<Location> locations = image.java().locate(asked);
    for (int i = 0; i < asked.size(); i++) {
      keep(image, asked.get(i), frames.indexOf(locations.get(i)));
    }
  }

  /** Index of a frame, which is read now unless it was before. */
  int indexOf(TrackedImage image, int kind, long address, long data) {
    int known = known(image, kind, address, data);
    if (known >= 0) {
      return known;
    }
    JavaFrame frame = frame(kind, address, data);
    int index = frames.indexOf(image.java().locate(List.of(frame)).get(0));
    keep(image, frame, index);
    return index;
  }

  private static int known(TrackedImage image, int kind, long address, long data) {
    long key = key(kind, address, data);
    return kind == UserFrame.JAVA_INTERPRETED
        ? image.interpretedFrame(key)
        : image.cachedFrame(key, UserFrame.compileId(data));
  }

  private static void keep(TrackedImage image, JavaFrame frame, int index) {
    if (frame instanceof JavaFrame.Compiled compiled) {
      image.cacheFrame(compiled.pc() | RUN_TIME_CODE, compiled.compileId(), index);
    } else if (frame instanceof JavaFrame.Stub stub) {
      image.cacheFrame(stub.pc() | RUN_TIME_CODE, 0, index);
    } else if (frame instanceof JavaFrame.Interpreted interpreted) {
      image.keepInterpretedFrame(
          interpretedKey(interpreted.method(), interpreted.bytecodeIndex()), index);
    }
  }

  private static long key(int kind, long address, long data) {
    return kind == UserFrame.JAVA_INTERPRETED
        ? interpretedKey(address, bytecodeIndex(data))
        : address | RUN_TIME_CODE;
  }

  /** Addresses of user space have 47 bits; a process that forges others mixes up its own names. */
  private static long interpretedKey(long method, int bytecodeIndex) {
    return method ^ (long) (bytecodeIndex & UserFrame.NO_BYTECODE_INDEX) << INDEX_SHIFT;
  }

  private static int bytecodeIndex(long data) {
    int index = UserFrame.bytecodeIndex(data);
    return index == UserFrame.NO_BYTECODE_INDEX ? UNKNOWN_INDEX : index;
  }

  private static JavaFrame frame(int kind, long address, long data) {
    int offset = UserFrame.codeOffset(data);
    return switch (kind) {
      case UserFrame.JAVA_COMPILED ->
          new JavaFrame.Compiled(address, offset, UserFrame.compileId(data));
      case UserFrame.JAVA_INTERPRETED -> new JavaFrame.Interpreted(address, bytecodeIndex(data));
      default -> new JavaFrame.Stub(address, offset);
    };
  }
}
