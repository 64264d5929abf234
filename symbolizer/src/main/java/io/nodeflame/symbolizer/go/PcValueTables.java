package io.nodeflame.symbolizer.go;

import io.nodeflame.symbolizer.bytes.MalformedException;
import io.nodeflame.symbolizer.bytes.PagedReader;
import java.io.IOException;
import java.util.OptionalInt;

/**
 * Tables that give a number per instruction: pairs of {zig-zag delta of the value from -1, delta of
 * the pc in units of the smallest instruction}, both variable-length; a value delta of 0 after the
 * first pair ends the table (Go 1.2 Runtime Symbol Information, and Go's {@code
 * runtime/symtab.go}).
 */
final class PcValueTables {
  /** Steps of one look-up; a table this long describes megabytes of code. */
  static final int MAX_STEPS = 1 << 18;

  /**
   * Of stack depths, which change a few times in a function. The sampling thread waits for the
   * answer, and each address of a hostile file may need one.
   */
  static final int MAX_DEPTH_STEPS = 1 << 13;

  private final PagedReader reader;
  private final int instructionBytes;
  private final long start;
  private long position;

  /**
   * @param reader over the whole table
   */
  PcValueTables(PagedReader reader, PclnHeader header) {
    this.reader = reader;
    this.start = header.values;
    this.instructionBytes = header.instructionBytes;
  }

  /**
   * The value in force at an instruction.
   *
   * @param table offset of the table, 0 when the function has none
   * @param distance of the instruction from the function's entry in bytes
   * @param maxSteps such as {@link #MAX_STEPS}
   * @return empty without a table, or when it ends before the instruction
   * @throws MalformedException when the table leaves its part or is too long
   */
  OptionalInt value(long table, long distance, int maxSteps) throws IOException {
    if (table == 0) {
      return OptionalInt.empty();
    }
    position = start + table;
    int value = -1;
    long end = 0;
    for (int step = 0; step < maxSteps; step++) {
      int valueDelta = uleb32();
      if (valueDelta == 0 && end != 0) {
        return OptionalInt.empty();
      }
      value += (valueDelta >>> 1) ^ -(valueDelta & 1);
      end += Integer.toUnsignedLong(uleb32()) * instructionBytes;
      if (Long.compareUnsigned(distance, end) < 0) {
        return OptionalInt.of(value);
      }
    }
    throw new MalformedException("pc-value table longer than " + maxSteps + " steps");
  }

  private int uleb32() throws IOException {
    int value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int next = reader.u8(position++);
      value |= (next & 0x7f) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw new MalformedException("number of more than 32 bits in a pc-value table");
  }
}
