package io.nodeflame.bpf;

/** Kinds of user frames, as in {@code enum nf_frame} of {@code records.h}. */
public final class UserFrame {
  /** The address is a pc. */
  public static final int NATIVE = 0;

  /** The address is a pc; data: bytes from the nmethod to it, shifted by 32, and the compile id. */
  public static final int JAVA_COMPILED = 1;

  /** The address is a {@code Method}; data: the bytecode index. */
  public static final int JAVA_INTERPRETED = 2;

  /** The address is a pc; data: bytes from the CodeBlob to it, shifted by 32. */
  public static final int JAVA_STUB = 3;

  /** Stands for the frames of a virtual thread that are not on the stack. */
  public static final int JAVA_PARKED = 4;

  /** A bytecode index that is not known. */
  public static final int NO_BYTECODE_INDEX = 0xffff;

  private static final int OFFSET_SHIFT = 32;

  private UserFrame() {}

  /** Bytes from the start of the code's head to the pc. */
  public static int codeOffset(long data) {
    return (int) (data >>> OFFSET_SHIFT);
  }

  /** Of a compiled method; all 32 bits. */
  public static int compileId(long data) {
    return (int) data;
  }

  /** Of an interpreted method; {@link #NO_BYTECODE_INDEX} when it is not known. */
  public static int bytecodeIndex(long data) {
    return (int) data;
  }
}
