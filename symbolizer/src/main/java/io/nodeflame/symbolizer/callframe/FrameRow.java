package io.nodeflame.symbolizer.callframe;

/**
 * What holds for a range of addresses.
 *
 * @param returnAddress {@link RegisterRule.Kind#UNDEFINED} in the outermost frame
 * @param framePointer rbp or x29
 * @param signalFrame whether the frame is one that the kernel made for a signal: the caller's
 *     address is then that of an interrupted instruction, not one after a call
 */
public record FrameRow(
    CfaRule cfa, RegisterRule returnAddress, RegisterRule framePointer, boolean signalFrame) {
  private static final int STUB_BYTES = 16;

  /** Whether the return address is the word at the stack pointer, for an address of this row. */
  boolean returnAddressAtStackPointer(long pc, FrameMachine machine) {
    return !signalFrame
        && returnAddress.kind() == RegisterRule.Kind.AT_CFA
        && returnAddress.operand() == -FrameMachine.WORD_BYTES
        && isOneWordAboveStackPointer(pc, machine);
  }

  private boolean isOneWordAboveStackPointer(long pc, FrameMachine machine) {
    return switch (cfa.kind()) {
      case REGISTER ->
          cfa.register() == machine.stackPointer() && cfa.offset() == FrameMachine.WORD_BYTES;
      case PLT -> (pc & (STUB_BYTES - 1)) < cfa.offset();
      case NONE, MEMORY, EXPRESSION -> false;
    };
  }
}
