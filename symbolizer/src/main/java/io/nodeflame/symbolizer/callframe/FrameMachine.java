package io.nodeflame.symbolizer.callframe;

/**
 * DWARF numbers of the registers that unwinding needs, from the processor supplements of the System
 * V ABI. Both machines are little-endian with words of 8 bytes.
 */
public enum FrameMachine {
  /** rsp, rbp. */
  X86_64(7, 6),
  /** sp, x29. */
  AARCH64(31, 29);

  /** Bytes of a pointer. */
  public static final int WORD_BYTES = 8;

  private final int stackPointer;
  private final int framePointer;

  FrameMachine(int stackPointer, int framePointer) {
    this.stackPointer = stackPointer;
    this.framePointer = framePointer;
  }

  /** Number of the stack pointer. */
  public int stackPointer() {
    return stackPointer;
  }

  /** Number of the frame pointer. */
  public int framePointer() {
    return framePointer;
  }
}
