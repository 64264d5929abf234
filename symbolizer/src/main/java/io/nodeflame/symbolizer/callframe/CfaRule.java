package io.nodeflame.symbolizer.callframe;

/**
 * How to compute the canonical frame address (CFA): the stack pointer of the caller just before the
 * call.
 *
 * @param register DWARF number; 0 unless the kind uses it
 * @param offset in bytes; 0 unless the kind uses it
 */
public record CfaRule(Kind kind, int register, long offset) {
  static final CfaRule NONE = new CfaRule(Kind.NONE, 0, 0);
  static final CfaRule EXPRESSION = new CfaRule(Kind.EXPRESSION, 0, 0);

  /** Form of the rule. */
  public enum Kind {
    /** The program has set none. */
    NONE,
    /** register + offset. */
    REGISTER,
    /** The word at register + offset, as in functions that realign their stack. */
    MEMORY,
    /**
     * Lazy-binding stubs of x86-64, 16 bytes each: sp + 8, and 8 more from byte number offset of
     * the stub on.
     */
    PLT,
    /** Any other DWARF expression. */
    EXPRESSION
  }
}
