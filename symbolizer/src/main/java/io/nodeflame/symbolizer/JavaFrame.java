package io.nodeflame.symbolizer;

/** A frame of Java code, as the walker tells it. */
public sealed interface JavaFrame {
  /**
   * Of a compiled method.
   *
   * @param codeOffset bytes from the method's nmethod to the pc
   * @param compileId that the nmethod had when the sample was taken: with another it is gone
   */
  record Compiled(long pc, int codeOffset, int compileId) implements JavaFrame {}

  /**
   * Of an interpreted method.
   *
   * @param method address of the {@code Method}
   * @param bytecodeIndex -1 when it is not known
   */
  record Interpreted(long method, int bytecodeIndex) implements JavaFrame {}

  /**
   * Of code that the Java machine made for itself.
   *
   * @param codeOffset bytes from its CodeBlob to the pc
   */
  record Stub(long pc, int codeOffset) implements JavaFrame {}
}
