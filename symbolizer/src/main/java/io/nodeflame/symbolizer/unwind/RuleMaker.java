package io.nodeflame.symbolizer.unwind;

import io.nodeflame.symbolizer.callframe.CfaRule;
import io.nodeflame.symbolizer.callframe.FrameMachine;
import io.nodeflame.symbolizer.callframe.FrameRow;
import io.nodeflame.symbolizer.callframe.RegisterRule;
import org.jspecify.annotations.Nullable;

/** Makes rules of rows, as far as the kernel side can follow them. */
final class RuleMaker {
  private static final int WORD = FrameMachine.WORD_BYTES;

  private final FrameMachine machine;

  /** What a step by frame pointer does: two words, the caller's frame pointer first. */
  private final UnwindRule plain =
      new UnwindRule(FrameBase.FRAME_POINTER, 2 * WORD, SavedRegisters.FRAME_POINTER, -2 * WORD);

  RuleMaker(FrameMachine machine) {
    this.machine = machine;
  }

  /** The rule of a row; null when none can express it. */
  @Nullable UnwindRule of(FrameRow row) {
    if (row.signalFrame()) {
      return UnwindRule.SIGNAL;
    }
    if (row.returnAddress().kind() == RegisterRule.Kind.UNDEFINED) {
      return UnwindRule.STOP;
    }
    UnwindRule rule =
        switch (machine) {
          case X86_64 -> ofX86(row);
          case AARCH64 -> ofAarch64(row);
        };
    return plain.equals(rule) ? UnwindRule.INVALID : rule;
  }

  private @Nullable UnwindRule ofX86(FrameRow row) {
    if (!isAtCfa(row.returnAddress(), -WORD)) {
      return null;
    }
    RegisterRule framePointer = row.framePointer();
    return switch (framePointer.kind()) {
      case UNSPECIFIED, SAME_VALUE -> rule(row.cfa(), SavedRegisters.NONE, 0);
      case AT_CFA -> rule(row.cfa(), SavedRegisters.FRAME_POINTER, framePointer.operand());
      case AT_FRAME_POINTER -> // gcc leaves it behind where the frame is undone already
          base(row.cfa()) == FrameBase.STACK_POINTER
              ? rule(row.cfa(), SavedRegisters.NONE, 0)
              : rule(row.cfa(), SavedRegisters.FRAME_POINTER_AT_ITSELF, framePointer.operand());
      case UNDEFINED, CFA, REGISTER, AT_EXPRESSION, EXPRESSION -> null;
    };
  }

  private @Nullable UnwindRule ofAarch64(FrameRow row) {
    RegisterRule returnAddress = row.returnAddress();
    RegisterRule framePointer = row.framePointer();
    boolean isFramePointerSame = isUnchanged(framePointer);
    if (isUnchanged(returnAddress) && isFramePointerSame) {
      return rule(row.cfa(), SavedRegisters.NONE, 0);
    }
    if (returnAddress.kind() != RegisterRule.Kind.AT_CFA) {
      return null;
    }
    if (isFramePointerSame) {
      return rule(row.cfa(), SavedRegisters.RETURN_ADDRESS, returnAddress.operand());
    }
    return isAtCfa(framePointer, returnAddress.operand() - WORD)
        ? rule(row.cfa(), SavedRegisters.FRAME_POINTER, framePointer.operand())
        : null;
  }

  private @Nullable UnwindRule rule(CfaRule cfa, SavedRegisters saved, long savedOffset) {
    FrameBase base = base(cfa);
    return base == null || savedOffset != (short) savedOffset || cfa.offset() != (int) cfa.offset()
        ? null
        : new UnwindRule(base, (int) cfa.offset(), saved, (int) savedOffset);
  }

  private @Nullable FrameBase base(CfaRule cfa) {
    boolean isStackPointer = cfa.register() == machine.stackPointer();
    boolean isFramePointer = cfa.register() == machine.framePointer();
    return switch (cfa.kind()) {
      case REGISTER ->
          isStackPointer
              ? FrameBase.STACK_POINTER
              : isFramePointer ? FrameBase.FRAME_POINTER : null;
      case MEMORY ->
          isStackPointer
              ? FrameBase.AT_STACK_POINTER
              : isFramePointer ? FrameBase.AT_FRAME_POINTER : null;
      case PLT -> FrameBase.STUB;
      case NONE, EXPRESSION -> null;
    };
  }

  private static boolean isUnchanged(RegisterRule rule) {
    return rule.kind() == RegisterRule.Kind.UNSPECIFIED
        || rule.kind() == RegisterRule.Kind.SAME_VALUE;
  }

  private static boolean isAtCfa(RegisterRule rule, long offset) {
    return rule.kind() == RegisterRule.Kind.AT_CFA && rule.operand() == offset;
  }
}
