package io.nodeflame.symbolizer.kernel;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Function starts and names, immutable and outside of the heap: sorted addresses (8 bytes each),
 * where the name's record is (4 bytes each), and the records (2 bytes and the name) in chunks.
 */
final class SymbolTable {
  static final SymbolTable EMPTY = new SymbolTableBuilder().build();

  private final LongBuffer starts;
  private final IntBuffer records;
  private final ByteBuffer[] chunks;
  private final String[] modules;

  SymbolTable(LongBuffer starts, IntBuffer records, ByteBuffer[] chunks, String[] modules) {
    this.starts = starts;
    this.records = records;
    this.chunks = chunks;
    this.modules = modules;
  }

  int size() {
    return starts.capacity();
  }

  /** Bytes outside of the heap. */
  long nativeBytes() {
    long bytes = (long) size() * (Long.BYTES + Integer.BYTES);
    for (ByteBuffer chunk : chunks) {
      bytes += chunk.capacity();
    }
    return bytes;
  }

  long start(int index) {
    return starts.get(index);
  }

  /** The last symbol that starts at or before the address, or -1. */
  int floor(long address) {
    int low = 0;
    int high = size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(starts.get(middle), address) <= 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  String module(int index) {
    int record = records.get(index);
    return modules[chunk(record).getShort(within(record)) & 0xffff];
  }

  String name(int index) {
    int record = records.get(index);
    ByteBuffer chunk = chunk(record);
    int at = within(record) + Short.BYTES;
    byte[] name = new byte[chunk.getShort(at) & 0xffff];
    chunk.get(at + Short.BYTES, name);
    return new String(name, StandardCharsets.UTF_8);
  }

  private ByteBuffer chunk(int record) {
    return chunks[record / SymbolTableBuilder.CHUNK_BYTES];
  }

  private static int within(int record) {
    return record % SymbolTableBuilder.CHUNK_BYTES;
  }
}
