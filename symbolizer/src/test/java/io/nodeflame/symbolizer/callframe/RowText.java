package io.nodeflame.symbolizer.callframe;

/** Rows in the notation of readelf for x86-64. */
final class RowText {
  private static final String[] REGISTERS = {
    "rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp",
    "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"
  };

  private RowText() {}

  /** What readelf says otherwise; empty when nothing. */
  static String difference(ReadelfFrames.Row expected, FrameRow row) {
    String cfa = cfa(row.cfa());
    String ra = rule(row.returnAddress());
    String rbp = rule(row.framePointer());
    // Readelf leaves out the column of a register without any rule, and prints "u" for both an
    // undefined register and one without a rule.
    String expectedRbp = expected.rbp().isEmpty() ? "u" : expected.rbp();
    return cfa.equals(expected.cfa()) && ra.equals(expected.ra()) && rbp.equals(expectedRbp)
        ? ""
        : expected + " is not " + cfa + " " + ra + " " + rbp;
  }

  private static String cfa(CfaRule rule) {
    return switch (rule.kind()) {
      case NONE -> "none";
      case REGISTER -> REGISTERS[rule.register()] + signed(rule.offset());
      case MEMORY, PLT, EXPRESSION -> "exp";
    };
  }

  private static String rule(RegisterRule rule) {
    return switch (rule.kind()) {
      case UNSPECIFIED, UNDEFINED -> "u";
      case SAME_VALUE -> "s";
      case AT_CFA -> "c" + signed(rule.operand());
      case CFA -> "v" + signed(rule.operand());
      case REGISTER -> REGISTERS[(int) rule.operand()];
      case AT_FRAME_POINTER, AT_EXPRESSION -> "exp";
      case EXPRESSION -> "vexp";
    };
  }

  private static String signed(long number) {
    return number < 0 ? Long.toString(number) : "+" + number;
  }
}
