package io.nodeflame.symbolizer.hotspot;

import java.util.List;

/**
 * How the frames of one process's Java code are walked: what the walker in the kernel has to know.
 * Addresses are absolute in the process, offsets are bytes from the start of an object.
 *
 * @param heaps ranges of run-time code, at most 4
 * @param blockHeader bytes between the start of a block of code and its CodeBlob
 * @param blob of CodeBlob and nmethod
 * @param method of Method and ConstMethod
 * @param thread of JavaThread and its anchor
 * @param interpreterLow begin of the interpreter's code, 0 when it is not known
 * @param interpreterHigh end of the interpreter's code
 * @param callStubReturn to where Java code returns that native code called
 * @param callWrapperSlot words from the call stub's frame pointer to its {@code JavaCallWrapper}
 * @param callWrapperAnchor of the anchor in a {@code JavaCallWrapper}
 * @param continuationReturn in the frame below a virtual thread's frames; 0 when there are none
 * @param bytecodeSlot words from an interpreted frame's pointer to its bytecode pointer
 */
public record JavaUnwinding(
    List<CodeHeap> heaps,
    int blockHeader,
    Blob blob,
    Method method,
    ThreadFields thread,
    long interpreterLow,
    long interpreterHigh,
    long callStubReturn,
    int callWrapperSlot,
    int callWrapperAnchor,
    long continuationReturn,
    int bytecodeSlot) {

  /**
   * Offsets in a CodeBlob and an nmethod.
   *
   * @param kind of {@code CodeBlobKind}, -1 where there is none
   * @param nmethodKind its value for nmethods, -1 when it is not known
   * @param codeBeginWidth 8 for a pointer, 4 for an offset from the blob
   * @param deoptHandlerWidth the same
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
      int deoptHandlerWidth) {}

  /**
   * Offsets in a Method.
   *
   * @param constMethodHeader bytes of a ConstMethod before its bytecode
   */
  public record Method(int constMethod, int constMethodHeader) {}

  /**
   * Offsets in a JavaThread.
   *
   * @param continuationEntry of the entry of a mounted virtual thread, -1 where there is none
   */
  public record ThreadFields(
      int stackBase, int lastSp, int lastPc, int lastFp, int continuationEntry) {}

  public JavaUnwinding {
    heaps = List.copyOf(heaps);
  }

  /** The lowest address of run-time code. */
  public long low() {
    return heaps.stream().mapToLong(CodeHeap::low).min().orElse(0);
  }

  /** The address behind the highest. */
  public long high() {
    return heaps.stream().mapToLong(CodeHeap::high).max().orElse(0);
  }
}
