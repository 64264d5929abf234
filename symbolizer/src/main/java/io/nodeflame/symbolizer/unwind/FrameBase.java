package io.nodeflame.symbolizer.unwind;

/** What an {@link UnwindRule} begins with. The ordinal is its number in the encoded rule. */
public enum FrameBase {
  /**
   * There is no rule: no entry covers the code, or it cannot be expressed. The walk goes on by
   * frame pointer. Code whose rule is just that has this one, too, so that neighbours merge.
   */
  INVALID,
  /** There is no caller: the stack is complete. */
  STOP,
  /** The kernel's signal frame: the interrupted registers are at a fixed place above sp. */
  SIGNAL,
  /** CFA = sp + offset. */
  STACK_POINTER,
  /** CFA = frame pointer + offset. */
  FRAME_POINTER,
  /** CFA = the word at sp + offset. */
  AT_STACK_POINTER,
  /** CFA = the word at frame pointer + offset, as in functions that realign their stack. */
  AT_FRAME_POINTER,
  /**
   * Lazy-binding stub of x86-64: CFA = sp + 8, and 8 more from byte number offset of its 16 bytes
   * on.
   */
  STUB
}
