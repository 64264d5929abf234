package io.nodeflame.symbolizer.hotspot;

import io.nodeflame.symbolizer.bytes.MalformedException;

/**
 * Finds a line in a method's compressed line table: pairs of steps, either in one byte (5 bits of
 * bytecode index, 3 of line), or, behind a byte 0xff, as two compressed signed numbers; a zero byte
 * ends it ({@code constMethod.hpp}, {@code CompressedLineNumberReadStream}).
 */
final class LineTable {
  private static final int END = 0;
  private static final int WIDE = 0xff;

  private LineTable() {}

  /**
   * The line of a bytecode: of the last entry at or before it. 0 when there is none.
   *
   * @param table begins at the first entry
   */
  static int lineOf(byte[] table, int excess, int bytecodeIndex) throws MalformedException {
    Unsigned5 in = new Unsigned5(table, 0, excess);
    int index = 0;
    int line = 0;
    int best = 0;
    int bestIndex = -1;
    while (true) {
      int next = in.rawByte();
      if (next <= END) {
        return Math.max(0, best);
      }
      if (next == WIDE) {
        index += in.nextSigned();
        line += in.nextSigned();
      } else {
        index += next >> 3;
        line += next & 7;
      }
      if (index <= bytecodeIndex && index >= bestIndex) {
        best = line;
        bestIndex = index;
      }
    }
  }
}
