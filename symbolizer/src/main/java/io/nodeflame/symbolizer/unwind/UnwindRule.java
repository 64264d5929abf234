package io.nodeflame.symbolizer.unwind;

/**
 * How to find the caller of a frame.
 *
 * <pre>
 * 0  u8 base    1  u8 saved registers    2  s16 saved offset    4  s32 CFA offset
 * </pre>
 *
 * @param cfaOffset in bytes; 0 unless the base uses it
 * @param savedOffset in bytes, 16 bits with sign; 0 unless what is saved uses it
 */
public record UnwindRule(FrameBase base, int cfaOffset, SavedRegisters saved, int savedOffset) {
  /** Size of an encoded rule. */
  public static final int BYTES = Long.BYTES;

  static final UnwindRule INVALID = special(FrameBase.INVALID);
  static final UnwindRule STOP = special(FrameBase.STOP);
  static final UnwindRule SIGNAL = special(FrameBase.SIGNAL);

  public UnwindRule {
    if (savedOffset != (short) savedOffset) {
      throw new IllegalArgumentException("saved offset " + savedOffset);
    }
  }

  private static UnwindRule special(FrameBase base) {
    return new UnwindRule(base, 0, SavedRegisters.NONE, 0);
  }

  /** The 8 bytes of the rule, of which the first is the lowest. */
  public long encoded() {
    return base.number()
        | (long) saved.number() << 8
        | (savedOffset & 0xffffL) << 16
        | (long) cfaOffset << 32;
  }
}
