package io.nodeflame.symbolizer.unwind;

import io.nodeflame.symbolizer.callframe.FrameRow;
import io.nodeflame.symbolizer.callframe.RowConsumer;

/** Makes the rows of one file of its call frame rows, which come in the order of addresses. */
final class RowBuilder implements RowConsumer {
  /** What lies between two functions to align them belongs to the one before. */
  private static final int MAX_PADDING_BYTES = 15;

  private final long first;
  private final long end;
  private final RuleNumbers numbers;
  private final RowList rows;
  private int lastRule = UnwindRules.INVALID;
  private long lastEnd;
  private boolean isCut;

  /**
   * @param first virtual address that offsets count from
   * @param end of the code; what is outside is left out
   */
  RowBuilder(long first, long end, RuleNumbers numbers, RowList rows) {
    this.first = first;
    this.end = end;
    this.numbers = numbers;
    this.rows = rows;
    this.lastEnd = first;
  }

  @Override
  public boolean row(long rowStart, long rowEnd, FrameRow row) {
    long from = Long.compareUnsigned(rowStart, first) < 0 ? first : rowStart;
    long to = Long.compareUnsigned(rowEnd, end) > 0 ? end : rowEnd;
    if (Long.compareUnsigned(from, to) >= 0) {
      return true;
    }
    if (from - lastEnd > MAX_PADDING_BYTES) {
      add(lastEnd, UnwindRules.INVALID);
    }
    add(from, numbers.of(row));
    lastEnd = to;
    return !isCut;
  }

  /** Whether there were more rows than have room; the code from there on is without. */
  boolean isCut() {
    return isCut;
  }

  /** The last row ends where the code that it is of does. */
  void finish() {
    add(lastEnd, UnwindRules.INVALID);
    rows.trim();
  }

  private void add(long address, int rule) {
    if (rule == lastRule) {
      return;
    }
    // Behind a rule there is always a place, so that no code is taken for that before it.
    isCut |= rule != UnwindRules.INVALID && rows.room() < 2;
    int kept = isCut ? UnwindRules.INVALID : rule;
    if (kept != lastRule) {
      rows.add((address - first) << UnwindRows.RULE_BITS | kept);
      lastRule = kept;
    }
  }
}
