package io.nodeflame.collector.collection;

import io.nodeflame.bpf.JavaWalk;
import io.nodeflame.symbolizer.hotspot.JavaUnwinding;

/** From what the symbolizer found out of a Java machine to what the walker must know. */
final class JavaWalks {
  private JavaWalks() {}

  static JavaWalk of(JavaUnwinding java) {
    JavaUnwinding.Blob blob = java.blob();
    return new JavaWalk(
        java.heaps().stream()
            .map(
                heap ->
                    new JavaWalk.CodeHeap(
                        heap.low(), heap.high(), heap.segmentMap(), heap.segmentBits()))
            .toList(),
        java.interpreterLow(),
        java.interpreterHigh(),
        java.callStubReturn(),
        java.continuationReturn(),
        java.blockHeader(),
        new JavaWalk.Blob(
            blob.name(),
            offset(blob.kind()),
            blob.nmethodKind(),
            blob.codeBegin(),
            blob.codeBeginWidth(),
            blob.frameSize(),
            blob.frameComplete(),
            blob.frameCompleteWidth(),
            blob.compileId(),
            blob.originalPc(),
            blob.deoptHandler(),
            blob.deoptHandlerWidth()),
        java.method().constMethod(),
        java.method().constMethodHeader(),
        new JavaWalk.ThreadFields(
            java.thread().stackBase(),
            java.thread().lastSp(),
            offset(java.thread().continuationEntry())),
        java.callWrapperAnchor(),
        java.bytecodeSlot(),
        java.callWrapperSlot());
  }

  private static int offset(int offsetOrNone) {
    return offsetOrNone < 0 ? JavaWalk.NONE : offsetOrNone;
  }
}
