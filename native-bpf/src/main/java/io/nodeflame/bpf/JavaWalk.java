package io.nodeflame.bpf;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * What the walker must know of a HotSpot: {@code struct nf_jvm} of {@code records.h}, which says
 * what each number means. Offsets are bytes from the start of an object, {@link #NONE} where this
 * version has no such field; widths are 8 for a pointer and 4 (of the frame's completion 2 or 4)
 * for a number.
 */
public record JavaWalk(
    List<CodeHeap> heaps,
    long interpreterLow,
    long interpreterHigh,
    long callStubReturn,
    long continuationReturn,
    int blockHeader,
    Blob blob,
    int constMethod,
    int constMethodHeader,
    ThreadFields thread,
    int callWrapperAnchor,
    int bytecodeSlot,
    int callWrapperSlot) {

  public static final int NONE = 0xffff;
  public static final int MAX_HEAPS = 4;

  /** In place of a {@code JavaThread}: this thread is known to be none. */
  public static final long NO_JAVA_THREAD = 1;

  private static final int MAX_BLOB_BYTES = 384;
  private static final int NO_KIND = 0xff;

  /** A range of run-time code, its segment map, and the logarithm of a segment's size. */
  public record CodeHeap(long low, long high, long segmentMap, int segmentBits) {}

  /**
   * Of CodeBlob and nmethod.
   *
   * @param nmethodKind value of the kind; -1 where there is none
   */
  public record Blob(
      int name,
      int kind,
      int nmethodKind,
      int codeBegin,
      int codeBeginWidth,
      int frameSize,
      int frameComplete,
      int frameCompleteWidth,
      int compileId,
      int originalPc,
      int deoptHandler,
      int deoptHandlerWidth) {

    /** Bytes from its start to the end of the last of them. */
    int bytes() {
      int end = Math.max(name + 8, codeBegin + 8);
      end = Math.max(end, Math.max(frameSize, frameComplete) + 4);
      end = Math.max(end, Math.max(compileId, originalPc) + 4);
      end = Math.max(end, deoptHandler + 8);
      return kind == NONE ? end : Math.max(end, kind + 1);
    }
  }

  /** Of JavaThread. */
  public record ThreadFields(int stackBase, int anchor, int continuationEntry) {}

  public JavaWalk {
    heaps = List.copyOf(heaps);
    if (heaps.isEmpty() || heaps.size() > MAX_HEAPS) {
      throw new IllegalArgumentException(heaps.size() + " code heaps");
    }
    if (blob.bytes() > MAX_BLOB_BYTES) {
      throw new IllegalArgumentException("a CodeBlob's fields end at " + blob.bytes());
    }
  }

  /** Writes the struct, in the machine's byte order, from the buffer's position 0. */
  void write(ByteBuffer out, long processStartNanos) {
    out.clear();
    out.putLong(processStartNanos);
    out.putLong(heaps.stream().mapToLong(CodeHeap::low).min().orElse(0));
    out.putLong(heaps.stream().mapToLong(CodeHeap::high).max().orElse(0));
    out.putLong(interpreterLow).putLong(interpreterHigh);
    out.putLong(callStubReturn).putLong(continuationReturn);
    for (int i = 0; i < MAX_HEAPS; i++) {
      CodeHeap heap = i < heaps.size() ? heaps.get(i) : new CodeHeap(0, 0, 0, 0);
      out.putLong(heap.low).putLong(heap.high).putLong(heap.segmentMap);
      out.putInt(heap.segmentBits).putInt(0);
    }
    putHalf(out, blockHeader);
    putHalf(out, blob.bytes());
    putHalf(out, blob.name);
    putHalf(out, blob.kind);
    putHalf(out, blob.codeBegin);
    putHalf(out, blob.frameSize);
    putHalf(out, blob.frameComplete);
    putHalf(out, blob.compileId);
    putHalf(out, blob.originalPc);
    putHalf(out, blob.deoptHandler);
    putHalf(out, constMethod);
    putHalf(out, constMethodHeader);
    putHalf(out, thread.stackBase);
    putHalf(out, thread.anchor);
    putHalf(out, thread.continuationEntry);
    putHalf(out, callWrapperAnchor);
    out.put((byte) (blob.nmethodKind < 0 ? NO_KIND : blob.nmethodKind));
    out.put((byte) blob.codeBeginWidth);
    out.put((byte) blob.frameCompleteWidth);
    out.put((byte) blob.deoptHandlerWidth);
    out.put((byte) bytecodeSlot);
    out.put((byte) callWrapperSlot);
    out.putShort((short) 0);
    if (out.position() != Layout.JVM_BYTES) {
      throw new IllegalStateException("wrote " + out.position() + " bytes of struct nf_jvm");
    }
  }

  private static void putHalf(ByteBuffer out, int value) {
    if (value < 0 || value > NONE) {
      throw new IllegalArgumentException("offset " + value);
    }
    out.putShort((short) value);
  }
}
