package io.nodeflame.symbolizer.callframe;

import java.util.Optional;

/** Keeps the row of one address and then wants no more. */
final class RowAt implements RowConsumer {
  private final long pc;
  private Optional<FrameRow> row = Optional.empty();

  RowAt(long pc) {
    this.pc = pc;
  }

  @Override
  public boolean row(long start, long end, FrameRow candidate) {
    if (Long.compareUnsigned(pc, end) >= 0) {
      return true;
    }
    row = Optional.of(candidate);
    return false;
  }

  Optional<FrameRow> row() {
    return row;
  }
}
