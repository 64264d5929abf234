package io.nodeflame.symbolizer.unwind;

/** What an {@link UnwindRule} begins with. */
public enum FrameBase {
  /**
   * There is no rule: no entry covers the code, or it cannot be expressed. The walk goes on by
   * frame pointer. Code whose rule is just that has this one, too, so that neighbours merge.
   */
  INVALID(0),
  /** There is no caller: the stack is complete. */
  STOP(1),
  /** The kernel's signal frame: the interrupted registers are at a fixed place above sp. */
  SIGNAL(2),
  /** CFA = sp + offset. */
  STACK_POINTER(3),
  /** CFA = frame pointer + offset. */
  FRAME_POINTER(4),
  /** CFA = the word at sp + offset. */
  AT_STACK_POINTER(5),
  /** CFA = the word at frame pointer + offset, as in functions that realign their stack. */
  AT_FRAME_POINTER(6),
  /**
   * Lazy-binding stub of x86-64: CFA = sp + 8, and 8 more from byte number offset of its 16 bytes
   * on.
   */
  STUB(7);

  private final int number;

  FrameBase(int number) {
    this.number = number;
  }

  /** In an encoded rule. */
  int number() {
    return number;
  }
}
