package io.nodeflame.symbolizer.callframe;

/**
 * How to find the caller's value of a register.
 *
 * @param operand offset from the CFA in bytes, or DWARF number of a register; 0 unless the kind
 *     uses it
 */
public record RegisterRule(Kind kind, long operand) {
  static final RegisterRule UNSPECIFIED = new RegisterRule(Kind.UNSPECIFIED, 0);
  static final RegisterRule UNDEFINED = new RegisterRule(Kind.UNDEFINED, 0);
  static final RegisterRule SAME_VALUE = new RegisterRule(Kind.SAME_VALUE, 0);
  static final RegisterRule AT_EXPRESSION = new RegisterRule(Kind.AT_EXPRESSION, 0);
  static final RegisterRule EXPRESSION = new RegisterRule(Kind.EXPRESSION, 0);

  /** Form of the rule. */
  public enum Kind {
    /** No rule: what the ABI says, for a register that calls preserve the same value. */
    UNSPECIFIED,
    /** Cannot be found; for the return address: there is no caller. */
    UNDEFINED,
    /** Not changed. */
    SAME_VALUE,
    /** In memory at CFA + operand. */
    AT_CFA,
    /** CFA + operand itself. */
    CFA,
    /** In register number operand. */
    REGISTER,
    /** In memory at frame pointer + operand, where functions that realign their stack save it. */
    AT_FRAME_POINTER,
    /** In memory at the address that another DWARF expression gives. */
    AT_EXPRESSION,
    /** What a DWARF expression gives. */
    EXPRESSION
  }

  static RegisterRule atCfa(long offset) {
    return new RegisterRule(Kind.AT_CFA, offset);
  }
}
