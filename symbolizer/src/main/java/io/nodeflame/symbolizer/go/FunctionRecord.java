package io.nodeflame.symbolizer.go;

import io.nodeflame.symbolizer.bytes.PagedReader;
import java.io.IOException;

/**
 * One {@code _func} of Go's {@code runtime/runtime2.go}, read field by field:
 *
 * <pre>
 *  entry (pointer before 1.18, then u32), then 32-bit fields from there:
 *  +0 name   +4 args   +8 deferreturn   +12 pcsp   +16 pcfile   +20 pcln   +24 npcdata
 *  +28 cuOffset (1.16)   +32 startLine (1.20)
 * </pre>
 *
 * <p>Inlining later needs npcdata, the pcdata offsets after the record, and the funcdata behind
 * them.
 */
final class FunctionRecord {
  private final PagedReader reader;
  private final PclnHeader header;
  private long fields;

  /**
   * @param reader over the whole table
   */
  FunctionRecord(PagedReader reader, PclnHeader header) {
    this.reader = reader;
    this.header = header;
  }

  /** Moves to the record at this offset from {@link PclnHeader#records}; nothing is read yet. */
  void select(long offset) {
    fields = header.records + offset + header.fieldBytes();
  }

  /** The entry again, in the same form as in the function table. */
  long storedEntry() throws IOException {
    int bytes = header.fieldBytes();
    return bytes == 8 ? reader.u64(fields - bytes) : reader.u32(fields - bytes);
  }

  /** Offset of the name among the names. */
  long name() throws IOException {
    return reader.u32(fields);
  }

  /** Offset of the table of stack depths. */
  long stackDepths() throws IOException {
    return reader.u32(fields + 12);
  }

  /** Offset of the table of file indexes. */
  long fileIndexes() throws IOException {
    return reader.u32(fields + 16);
  }

  /** Offset of the table of lines. */
  long lines() throws IOException {
    return reader.u32(fields + 20);
  }

  /** Where the compilation unit's list of files begins, counted in its 32-bit entries. */
  long unit() throws IOException {
    return header.version.hasParts() ? reader.u32(fields + 28) : 0;
  }
}
