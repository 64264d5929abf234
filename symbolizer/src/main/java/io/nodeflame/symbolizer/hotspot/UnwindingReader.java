package io.nodeflame.symbolizer.hotspot;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Puts together what the walker must know of one process, once its code heaps are there. */
final class UnwindingReader {
  private static final long MAX_INTERPRETER_BYTES = 1 << 24;

  private final VmLayout layout;

  UnwindingReader(VmLayout layout) {
    this.layout = layout;
  }

  /** Empty while the Java machine starts. */
  Optional<JavaUnwinding> read(VmMemory memory, long bias) throws IOException {
    List<CodeHeap> heaps = layout.heaps.read(memory, bias);
    long callStubReturn = memory.u64(bias + layout.callStubReturnVariable);
    if (heaps.isEmpty() || callStubReturn == 0) {
      return Optional.empty();
    }
    long queue =
        layout.interpreterVariable == 0 ? 0 : memory.u64(bias + layout.interpreterVariable);
    if (layout.interpreterVariable != 0 && queue == 0) {
      return Optional.empty();
    }
    long interpreter = queue == 0 ? 0 : memory.u64(queue + layout.stubQueueBuffer);
    long interpreterBytes = queue == 0 ? 0 : memory.u32(queue + layout.stubQueueEnd);
    if (interpreterBytes > MAX_INTERPRETER_BYTES) {
      throw new UnsupportedVmException("its interpreter has " + interpreterBytes + " bytes");
    }
    long continuationReturn =
        layout.continuationReturnVariable == 0
            ? 0
            : memory.u64(bias + layout.continuationReturnVariable);
    return Optional.of(
        new JavaUnwinding(
            heaps,
            layout.heaps.blockHeaderBytes,
            blob(layout.blobs),
            new JavaUnwinding.Method(
                layout.methods.constMethod, layout.methods.constMethodHeaderBytes),
            thread(layout.threads),
            interpreter,
            interpreter + interpreterBytes,
            callStubReturn,
            layout.callWrapperSlot,
            layout.callWrapperAnchor,
            continuationReturn,
            layout.bytecodeSlot));
  }

  private static JavaUnwinding.Blob blob(BlobLayout blobs) {
    return new JavaUnwinding.Blob(
        blobs.name,
        blobs.kind.offset(),
        blobs.nmethodKind,
        blobs.codeBegin.offset(),
        blobs.codeBegin.width(),
        blobs.frameSize,
        blobs.frameComplete.offset(),
        blobs.frameComplete.width(),
        blobs.compileId,
        blobs.originalPc,
        blobs.deoptHandler.offset(),
        blobs.deoptHandler.width());
  }

  private static JavaUnwinding.ThreadFields thread(ThreadLayout threads) {
    return new JavaUnwinding.ThreadFields(
        threads.stackBase,
        threads.anchor + threads.lastSp,
        threads.anchor + threads.lastPc,
        threads.anchor + threads.lastFp,
        threads.continuationEntry);
  }
}
