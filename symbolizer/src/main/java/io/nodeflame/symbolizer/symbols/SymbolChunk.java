package io.nodeflame.symbolizer.symbols;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** As many records as are sorted in memory at once: 768 KiB of them. */
final class SymbolChunk extends RecordHeap {
  static final int MAX_RECORDS = 32 * 1024;
  private static final int FIRST_RECORDS = 512;

  private long[] records = new long[FIRST_RECORDS * SymbolRecords.LONGS];
  private int count;

  int count() {
    return count;
  }

  boolean isFull() {
    return count == MAX_RECORDS;
  }

  void add(long start, long sizeAndPreference, long nameAndReach) {
    int at = count * SymbolRecords.LONGS;
    if (at == records.length) {
      records = Arrays.copyOf(records, Math.min(2 * at, MAX_RECORDS * SymbolRecords.LONGS));
    }
    records[at] = start;
    records[at + 1] = sizeAndPreference;
    records[at + 2] = nameAndReach;
    count++;
  }

  void sort() {
    sort(count);
  }

  void writeTo(ByteBuffer target, int index) {
    int at = index * SymbolRecords.LONGS;
    target.putLong(records[at]).putLong(records[at + 1]).putLong(records[at + 2]);
  }

  void clear() {
    count = 0;
  }

  SymbolRun run() {
    return new SymbolRun() {
      private int index = -1;

      @Override
      boolean advance() {
        if (++index >= count) {
          return false;
        }
        int at = index * SymbolRecords.LONGS;
        start = records[at];
        sizeAndPreference = records[at + 1];
        nameAndReach = records[at + 2];
        return true;
      }
    };
  }

  @Override
  boolean isLess(int left, int right) {
    int a = left * SymbolRecords.LONGS;
    int b = right * SymbolRecords.LONGS;
    return SymbolRecords.compare(
            records[a], records[a + 1], records[a + 2], records[b], records[b + 1], records[b + 2])
        < 0;
  }

  @Override
  void swap(int left, int right) {
    int a = left * SymbolRecords.LONGS;
    int b = right * SymbolRecords.LONGS;
    for (int i = 0; i < SymbolRecords.LONGS; i++) {
      long kept = records[a + i];
      records[a + i] = records[b + i];
      records[b + i] = kept;
    }
  }
}
