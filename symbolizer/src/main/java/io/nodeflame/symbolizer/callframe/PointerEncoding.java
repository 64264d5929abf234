package io.nodeflame.symbolizer.callframe;

import io.nodeflame.symbolizer.bytes.MalformedException;

/**
 * The byte {@code DW_EH_PE_*} of the Linux Standard Base 5, chapter 10.5: low four bits the format,
 * three bits what the number is relative to, high bit whether the pointer is behind another.
 */
final class PointerEncoding {
  static final int ABSOLUTE = 0x00;
  static final int ULEB = 0x01;
  static final int U16 = 0x02;
  static final int U32 = 0x03;
  static final int U64 = 0x04;
  static final int SLEB = 0x09;
  static final int S16 = 0x0a;
  static final int S32 = 0x0b;
  static final int S64 = 0x0c;
  static final int OMITTED = 0xff;

  private static final int RELATION = 0x70;
  private static final int TO_ITSELF = 0x10;
  private static final int TO_DATA = 0x30;
  private static final int ALIGNED = 0x50;
  private static final int INDIRECT = 0x80;

  private PointerEncoding() {}

  static int format(int encoding) {
    return encoding & 0x0f;
  }

  static boolean isAligned(int encoding) {
    return encoding != OMITTED && (encoding & RELATION) == ALIGNED;
  }

  /** Bytes of the number, 0 when they vary or the format is not known. */
  static int fixedBytes(int encoding) {
    if (encoding == OMITTED || isAligned(encoding)) {
      return 0;
    }
    return switch (format(encoding)) {
      case U16, S16 -> 2;
      case U32, S32 -> 4;
      case ABSOLUTE, U64, S64 -> 8;
      default -> 0;
    };
  }

  /**
   * The address that a stored number means.
   *
   * @param address where the number is stored
   * @param dataBase what data-relative numbers count from
   */
  static long resolve(int encoding, long value, long address, long dataBase)
      throws MalformedException {
    if ((encoding & INDIRECT) != 0) {
      throw new MalformedException("indirect pointer where code is described");
    }
    return switch (encoding & RELATION) {
      case 0 -> value;
      case TO_ITSELF -> address + value;
      case TO_DATA -> dataBase + value;
      default -> throw new MalformedException("pointer encoding " + encoding);
    };
  }
}
