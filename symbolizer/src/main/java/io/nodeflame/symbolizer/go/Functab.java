package io.nodeflame.symbolizer.go;

import io.nodeflame.symbolizer.bytes.PagedReader;
import java.io.IOException;

/**
 * The sorted list of function entries, searched where it lies. Before 1.18 pairs of pointers
 * {entry, record offset}, since then pairs of 32-bit numbers with the entry as distance from the
 * text's start; one last entry is the end of the last function.
 */
final class Functab {
  private final PagedReader reader;
  private final PclnHeader header;
  private final long textStart;
  private final int fieldBytes;

  /**
   * @param reader over the whole table
   */
  Functab(PagedReader reader, PclnHeader header, long textStart) {
    this.reader = reader;
    this.header = header;
    this.textStart = textStart;
    this.fieldBytes = header.fieldBytes();
  }

  /**
   * Index of the function that holds the address, or -1. In a damaged table, whose entries do not
   * ascend, any index or -1.
   */
  int indexOf(long pc) throws IOException {
    int count = header.functions;
    if (count == 0
        || Long.compareUnsigned(pc, entry(0)) < 0
        || Long.compareUnsigned(pc, entry(count)) >= 0) {
      return -1;
    }
    int low = 0;
    int high = count;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(entry(middle), pc) <= 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Virtual address where the function begins; for the index after the last, where that ends. */
  long entry(int index) throws IOException {
    long stored = field(2L * index);
    return header.version.hasRelativeEntries() ? textStart + stored : stored;
  }

  /** Offset of the function's record from {@link PclnHeader#records}. */
  long recordOffset(int index) throws IOException {
    return field(2L * index + 1);
  }

  private long field(long position) throws IOException {
    long offset = header.functab + position * fieldBytes;
    return fieldBytes == 8 ? reader.u64(offset) : reader.u32(offset);
  }
}
