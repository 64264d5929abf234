package io.nodeflame.symbolizer.unwind;

/** Where the caller's registers are. "Saved" is the saved offset of the {@link UnwindRule}. */
public enum SavedRegisters {
  /**
   * The frame pointer is unchanged. The return address is at CFA - 8 on x86-64 and in the link
   * register on aarch64, where that can be in the interrupted function alone.
   */
  NONE(0),
  /** The frame pointer is at CFA + saved; the return address at CFA - 8, on aarch64 behind it. */
  FRAME_POINTER(1),
  /** As before, but the frame pointer is at its own value + saved. */
  FRAME_POINTER_AT_ITSELF(2),
  /** On aarch64: the return address is at CFA + saved; the frame pointer is unchanged. */
  RETURN_ADDRESS(3);

  private final int number;

  SavedRegisters(int number) {
    this.number = number;
  }

  /** In an encoded rule. */
  int number() {
    return number;
  }
}
