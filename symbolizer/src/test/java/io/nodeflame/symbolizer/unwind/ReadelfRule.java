package io.nodeflame.symbolizer.unwind;

import io.nodeflame.symbolizer.callframe.ReadelfFrames;
import java.util.Set;

/** What a row of readelf for x86-64 means, as a rule. */
final class ReadelfRule {
  /** Readelf says "exp" for each; it does not tell a signal frame apart. */
  private static final Set<FrameBase> OF_EXPRESSIONS =
      Set.of(
          FrameBase.INVALID,
          FrameBase.SIGNAL,
          FrameBase.STUB,
          FrameBase.AT_FRAME_POINTER,
          FrameBase.AT_STACK_POINTER);

  private ReadelfRule() {}

  /** What readelf says otherwise; empty when nothing. */
  static String difference(ReadelfFrames.Row row, UnwindRule rule) {
    if (row.ra().equals("u")) {
      return rule.equals(UnwindRule.STOP) ? "" : row + " is not " + rule;
    }
    boolean agrees =
        row.cfa().equals("exp") ? OF_EXPRESSIONS.contains(rule.base()) : rule.equals(rule(row));
    return agrees ? "" : row + " is not " + rule;
  }

  private static UnwindRule rule(ReadelfFrames.Row row) {
    FrameBase base =
        row.cfa().startsWith("rsp+")
            ? FrameBase.STACK_POINTER
            : row.cfa().startsWith("rbp+") ? FrameBase.FRAME_POINTER : FrameBase.INVALID;
    String rbp = row.rbp();
    boolean isUndone = rbp.equals("exp") && base == FrameBase.STACK_POINTER;
    boolean isSame = rbp.isEmpty() || rbp.equals("u") || rbp.equals("s") || isUndone;
    if (base == FrameBase.INVALID || !row.ra().equals("c-8") || !(isSame || rbp.startsWith("c"))) {
      return UnwindRule.INVALID;
    }
    int offset = Integer.parseInt(row.cfa().substring("rsp+".length()));
    if (base == FrameBase.FRAME_POINTER && offset == 16 && rbp.equals("c-16")) {
      return UnwindRule.INVALID; // what is done without a rule
    }
    return isSame
        ? new UnwindRule(base, offset, SavedRegisters.NONE, 0)
        : new UnwindRule(
            base, offset, SavedRegisters.FRAME_POINTER, Integer.parseInt(rbp.substring(1)));
  }
}
