package io.nodeflame.symbolizer.callframe;

/** Receives the rows of a program in ascending order; neighbours may be equal. */
@FunctionalInterface
public interface RowConsumer {

  /**
   * One row.
   *
   * @param start first virtual address that it holds for
   * @param end first virtual address after it; above start
   * @return whether to go on
   */
  boolean row(long start, long end, FrameRow row);
}
