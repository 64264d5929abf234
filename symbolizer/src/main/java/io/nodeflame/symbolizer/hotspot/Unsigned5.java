package io.nodeflame.symbolizer.hotspot;

import io.nodeflame.symbolizer.bytes.MalformedException;

/**
 * Reads HotSpot's compressed numbers: up to five bytes of six bits each, the lowest first; a byte
 * below 192 ends the number ({@code unsigned5.hpp}). From JDK 20 on no byte is zero, so that each
 * is one more than before.
 */
final class Unsigned5 {
  private static final int LOW_CODES = 192;
  private static final int MAX_BYTES = 5;
  private static final int BITS = 6;

  private final byte[] bytes;
  private final int excess;
  private int at;

  /**
   * @param excess 1 from JDK 20 on, 0 before
   */
  Unsigned5(byte[] bytes, int start, int excess) {
    this.bytes = bytes;
    this.at = start;
    this.excess = excess;
  }

  /** 1 where no byte of a number is zero. */
  static int excessOf(int version) {
    return version >= 20 ? 1 : 0;
  }

  /** The next byte as it is; -1 at the end. */
  int rawByte() {
    return at >= 0 && at < bytes.length ? bytes[at++] & 0xff : -1;
  }

  /** The next number. */
  int next() throws MalformedException {
    int value = 0;
    for (int i = 0; i < MAX_BYTES; i++) {
      int b = rawByte();
      if (b < 0) {
        throw new MalformedException("a compressed number has no end");
      }
      value += (b - excess) << (BITS * i);
      if (b < LOW_CODES) {
        break;
      }
    }
    return value;
  }

  /** The next number, which has its sign in the lowest bit. */
  int nextSigned() throws MalformedException {
    int value = next();
    return (value >>> 1) ^ -(value & 1);
  }
}
