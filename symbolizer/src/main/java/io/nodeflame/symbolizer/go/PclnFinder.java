package io.nodeflame.symbolizer.go;

import io.nodeflame.symbolizer.bytes.ByteReader;
import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.bytes.MalformedException;
import io.nodeflame.symbolizer.bytes.PagedReader;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.OptionalLong;

/** Finds a Go function table by its first bytes, in a file that names no section for it. */
public final class PclnFinder {
  /** The linker aligns the table to the pointer size or more. */
  private static final int ALIGNMENT = 4;

  /** Headers that look right but lead nowhere; a hostile file may be full of them. */
  private static final int MAX_CANDIDATES = 1024;

  /** Functions that are looked at before a header is believed. */
  private static final int SAMPLED_FUNCTIONS = 32;

  private static final int FUNCTION_NAME_BYTES = 256;

  private PclnFinder() {}

  /**
   * Searches for a table.
   *
   * @param bytes a file's read-only segment, or the whole file; its first byte is at a multiple of
   *     4 of the address space
   * @param maxBytes how many of its bytes to search
   * @return offset of the first plausible table
   */
  public static OptionalLong find(ByteSource bytes, long maxBytes) throws IOException {
    ByteReader reader = new ByteReader(bytes, ByteOrder.LITTLE_ENDIAN);
    long end = Math.min(bytes.size(), maxBytes) - 2 * ALIGNMENT;
    int candidates = 0;
    for (long offset = 0; offset <= end && candidates < MAX_CANDIDATES; offset += ALIGNMENT) {
      if (isMagic(reader.i32(offset)) && isSizes(reader.i32(offset + 4))) {
        candidates++;
        if (isPlausible(bytes.slice(offset, bytes.size() - offset))) {
          return OptionalLong.of(offset);
        }
      }
    }
    return OptionalLong.empty();
  }

  /** The first test asks only for the bits that all magics share, since it meets every word. */
  private static boolean isMagic(int word) {
    return ((word & 0xffff_fff0) == 0xffff_fff0 || (word & 0xf0ff_ffff) == 0xf0ff_ffff)
        && (PclnVersion.ofMagic(word).isPresent()
            || PclnVersion.ofMagic(Integer.reverseBytes(word)).isPresent());
  }

  /** Bytes 0, 0, instruction size, pointer size. */
  private static boolean isSizes(int word) {
    int instruction = word >>> 16 & 0xff;
    int pointer = word >>> 24;
    return (word & 0xffff) == 0
        && (instruction == 1 || instruction == 2 || instruction == 4)
        && (pointer == 4 || pointer == 8);
  }

  /** Whether functions from all over the table ascend and their records and names agree. */
  private static boolean isPlausible(ByteSource table) throws IOException {
    try {
      PclnHeader header = new PclnHeader(table);
      if (header.functions == 0) {
        return false;
      }
      PagedReader reader = new PagedReader(table, header.order);
      Functab functab = new Functab(reader, header, 0);
      FunctionRecord record = new FunctionRecord(reader, header);
      int step = Math.max(1, header.functions / SAMPLED_FUNCTIONS);
      for (int index = 0; index < header.functions; index += step) {
        long entry = functab.entry(index);
        record.select(functab.recordOffset(index));
        if (Long.compareUnsigned(entry, functab.entry(index + 1)) > 0
            || record.storedEntry() != entry
            || !isName(reader, header.names + record.name())) {
          return false;
        }
      }
      return true;
    } catch (MalformedException e) {
      return false;
    }
  }

  private static boolean isName(PagedReader names, long offset) throws IOException {
    for (int length = 0; length < FUNCTION_NAME_BYTES; length++) {
      int next = names.u8(offset + length);
      if (next < 0x20) {
        return next == 0 && length > 0;
      }
    }
    return true;
  }
}
