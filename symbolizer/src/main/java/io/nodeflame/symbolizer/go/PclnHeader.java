package io.nodeflame.symbolizer.go;

import io.nodeflame.symbolizer.bytes.ArrayBytes;
import io.nodeflame.symbolizer.bytes.ByteReader;
import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.IOException;
import java.nio.ByteOrder;

/**
 * The table's first bytes ({@code pcHeader} in Go's {@code runtime/symtab.go}), checked: every part
 * begins inside the table, and the function table fits into it.
 *
 * <pre>
 *  0  u32 magic      4  u8 0, u8 0      6  u8 minLC      7  u8 ptrSize
 *  8  word nfunc
 *     1.2:  the function table begins here
 *     1.16: words nfiles, funcname, cu, filetab, pctab, pcln (offsets in the table)
 *     1.18: words nfiles, textStart, funcname, cu, filetab, pctab, pcln
 * </pre>
 */
final class PclnHeader {
  /** Bytes of the longest header: eight bytes and eight words of eight bytes. */
  private static final int MAX_BYTES = 8 + 8 * 8;

  final PclnVersion version;
  final ByteOrder order;

  /** Smallest instruction length in bytes, the unit of pc deltas. */
  final int instructionBytes;

  final int pointerBytes;

  /** Number of functions; the function table has one entry more, the end of the last. */
  final int functions;

  /** As stored; 0 before 1.18, from 1.26 on, and where it is left to a relocation. */
  final long textStart;

  /** Offset of the function names. */
  final long names;

  /** Offset of the compilation units' lists of files; unused in 1.2. */
  final long units;

  /** Offset of the file names; in 1.2, offset of the list of their offsets. */
  final long files;

  /** Offset of the pc-value tables. */
  final long values;

  /** Offset of the function table. */
  final long functab;

  /** What the function table's record offsets count from. */
  final long records;

  private final ByteReader reader;

  PclnHeader(ByteSource table) throws IOException {
    byte[] start = new byte[(int) Math.min(MAX_BYTES, table.size())];
    table.read(0, start, 0, start.length);
    ByteSource bytes = new ArrayBytes(start);
    int magic = new ByteReader(bytes, ByteOrder.LITTLE_ENDIAN).i32(0);
    boolean little = PclnVersion.ofMagic(magic).isPresent();
    order = little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    version =
        PclnVersion.ofMagic(little ? magic : Integer.reverseBytes(magic))
            .orElseThrow(() -> new MalformedException("no magic of a Go function table"));
    reader = new ByteReader(bytes, order);
    instructionBytes = reader.u8(6);
    pointerBytes = reader.u8(7);
    if (reader.u16(4) != 0
        || (instructionBytes != 1 && instructionBytes != 2 && instructionBytes != 4)
        || (pointerBytes != 4 && pointerBytes != 8)) {
      throw new MalformedException("bad instruction or pointer size of a Go function table");
    }
    functions = functionCount(table.size());
    textStart = version.hasRelativeEntries() ? word(2) : 0;
    if (version.hasParts()) {
      int first = version.hasRelativeEntries() ? 3 : 2;
      names = part(first, table);
      units = part(first + 1, table);
      files = part(first + 2, table);
      values = part(first + 3, table);
      functab = part(first + 4, table);
      records = functab;
    } else {
      functab = 8L + pointerBytes;
      records = 0;
      names = 0;
      units = 0;
      values = 0;
      files = fileListAfterFunctab(table);
    }
    if (functabBytes() > table.size() - functab) {
      throw new MalformedException("Go function table of " + functions + " entries does not fit");
    }
  }

  /** Bytes of one field of the function table. */
  int fieldBytes() {
    return version.hasRelativeEntries() ? 4 : pointerBytes;
  }

  /** Length of the function table in bytes, its last pc included. */
  long functabBytes() {
    return (2L * functions + 1) * fieldBytes();
  }

  private int functionCount(long tableBytes) throws IOException {
    long count = word(0);
    long limit = Math.min(tableBytes / 8, Integer.MAX_VALUE);
    if (count < 0 || count > limit) {
      throw new MalformedException("Go function table with " + count + " functions");
    }
    return (int) count;
  }

  private long part(int wordIndex, ByteSource table) throws IOException {
    long offset = word(wordIndex);
    if (offset < 0 || offset > table.size()) {
      throw new MalformedException("part of a Go function table at " + offset);
    }
    return offset;
  }

  private long fileListAfterFunctab(ByteSource table) throws IOException {
    long offset = new ByteReader(table.slice(functab + functabBytes(), 4), order).u32(0);
    if (offset > table.size()) {
      throw new MalformedException("list of Go files at " + offset);
    }
    return offset;
  }

  private long word(int index) throws IOException {
    long offset = 8 + (long) index * pointerBytes;
    return pointerBytes == 8 ? reader.u64(offset) : reader.u32(offset);
  }
}
