package io.nodeflame.symbolizer.callframe;

import java.io.IOException;

/** Recognises the few DWARF expressions that compilers and linkers use. */
final class CfaExpression {
  /** No expression that is recognised is longer. */
  private static final int MAX_BYTES = 16;

  /**
   * What GNU and LLVM linkers write for lazy-binding stubs: {@code breg7 +8, breg16 +0, lit15, and,
   * lit11, ge, lit3, shl, plus}. Byte 6, the literal, is another in stubs with branch tracking.
   */
  private static final byte[] PLT = {
    0x77, 0x08, (byte) 0x80, 0x00, 0x3f, 0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22
  };

  private static final int PLT_LITERAL_AT = 6;
  private static final int LITERAL_0 = 0x30;
  private static final int LITERAL_15 = 0x3f;
  private static final int BASE_REGISTER_0 = 0x70;
  private static final int BASE_REGISTER_31 = 0x8f;
  private static final int DEREFERENCE = 0x06;

  private CfaExpression() {}

  /** Reads a block: a length and an expression of that many bytes. */
  static CfaRule read(FrameCursor cursor, FrameMachine machine) throws IOException {
    long length = cursor.uleb();
    long start = cursor.position();
    cursor.skip(length);
    long end = cursor.position();
    if (length < 1 || length > MAX_BYTES) {
      return CfaRule.EXPRESSION;
    }
    long limit = cursor.limit();
    cursor.select(start, end);
    byte[] bytes = new byte[(int) length];
    for (int index = 0; index < bytes.length; index++) {
      bytes[index] = (byte) cursor.u8();
    }
    CfaRule rule = isPlt(bytes, machine) ? pltRule(bytes) : memoryRule(cursor, start, end);
    cursor.select(end, limit);
    return rule;
  }

  /** Reads a block with the address where a register is saved: {@code breg FP offset}. */
  static RegisterRule readSaved(FrameCursor cursor, FrameMachine machine) throws IOException {
    long length = cursor.uleb();
    long start = cursor.position();
    cursor.skip(length);
    long end = cursor.position();
    if (length < 2 || length > MAX_BYTES) {
      return RegisterRule.AT_EXPRESSION;
    }
    long limit = cursor.limit();
    cursor.select(start, end);
    RegisterRule rule = RegisterRule.AT_EXPRESSION;
    if (cursor.u8() == BASE_REGISTER_0 + machine.framePointer()) {
      long offset = cursor.sleb();
      if (cursor.atEnd()) {
        rule = new RegisterRule(RegisterRule.Kind.AT_FRAME_POINTER, offset);
      }
    }
    cursor.select(end, limit);
    return rule;
  }

  private static boolean isPlt(byte[] bytes, FrameMachine machine) {
    if (machine != FrameMachine.X86_64 || bytes.length != PLT.length) {
      return false;
    }
    for (int index = 0; index < PLT.length; index++) {
      if (index != PLT_LITERAL_AT && bytes[index] != PLT[index]) {
        return false;
      }
    }
    return bytes[PLT_LITERAL_AT] >= LITERAL_0 && bytes[PLT_LITERAL_AT] <= LITERAL_15;
  }

  private static CfaRule pltRule(byte[] bytes) {
    return new CfaRule(CfaRule.Kind.PLT, 0, bytes[PLT_LITERAL_AT] - LITERAL_0);
  }

  /** {@code breg N offset, deref}. */
  private static CfaRule memoryRule(FrameCursor cursor, long start, long end) throws IOException {
    cursor.select(start, end);
    int operation = cursor.u8();
    if (operation < BASE_REGISTER_0 || operation > BASE_REGISTER_31 || cursor.atEnd()) {
      return CfaRule.EXPRESSION;
    }
    long offset = cursor.sleb();
    boolean dereferenced = !cursor.atEnd() && cursor.u8() == DEREFERENCE && cursor.atEnd();
    return dereferenced
        ? new CfaRule(CfaRule.Kind.MEMORY, operation - BASE_REGISTER_0, offset)
        : CfaRule.EXPRESSION;
  }
}
