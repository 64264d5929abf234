package io.nodeflame.symbolizer.go;

import io.nodeflame.symbolizer.bytes.ByteReader;
import io.nodeflame.symbolizer.bytes.ByteSource;
import java.io.IOException;

/**
 * The sorted list of function entries, searched where it lies. Before 1.18 pairs of pointers
 * {entry, record offset}, since then pairs of 32-bit numbers with the entry as distance from the
 * text's start; one last entry is the end of the last function.
 */
final class Functab {
  /** Upper steps of the bisection whose entries are kept: the far jumps, one read call each. */
  private static final int KEPT_LEVELS = 8;

  private final ByteReader reader;
  private final PclnHeader header;
  private final long textStart;
  private final int fieldBytes;

  /** Entries met in the upper steps, by position in the implied tree; read once each. */
  private final long[] kept = new long[1 << KEPT_LEVELS];

  private final boolean[] isKept = new boolean[1 << KEPT_LEVELS];

  Functab(ByteSource table, PclnHeader header, long textStart) throws IOException {
    this.header = header;
    this.textStart = textStart;
    this.fieldBytes = header.fieldBytes();
    this.reader = new ByteReader(table.slice(header.functab, header.functabBytes()), header.order);
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
    int node = 1;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      boolean right = Long.compareUnsigned(entryAtNode(node, middle), pc) <= 0;
      if (right) {
        low = middle;
      } else {
        high = middle;
      }
      node = node < kept.length ? 2 * node + (right ? 1 : 0) : node;
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

  private long entryAtNode(int node, int index) throws IOException {
    if (node >= kept.length) {
      return entry(index);
    }
    if (!isKept[node]) {
      kept[node] = entry(index);
      isKept[node] = true;
    }
    return kept[node];
  }

  private long field(long position) throws IOException {
    long offset = position * fieldBytes;
    return fieldBytes == 8 ? reader.u64(offset) : reader.u32(offset);
  }
}
