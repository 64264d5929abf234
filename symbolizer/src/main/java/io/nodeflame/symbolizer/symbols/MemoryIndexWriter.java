package io.nodeflame.symbolizer.symbols;

import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Makes an index in memory, in the second of two passes over a source. Needs nothing but the index
 * itself: a record takes as much room as an entry, so that the records are sorted where the entries
 * will be, and each is read before an entry is written over it.
 */
final class MemoryIndexWriter extends RecordHeap implements SymbolConsumer {
  private final ByteBuffer index;
  private final int entriesAt;
  private final int maxRecords;
  private int nameAt = IndexFormat.HEADER_BYTES;
  private int records;
  private int entries;

  /**
   * @param index as many zeros as were measured
   */
  MemoryIndexWriter(ByteBuffer index, IndexMeasure measure) {
    this.index = index.order(ByteOrder.LITTLE_ENDIAN);
    this.entriesAt = measure.entriesAt();
    this.maxRecords = (index.capacity() - entriesAt) / IndexFormat.ENTRY_BYTES;
  }

  @Override
  public void symbol(
      SymbolKind kind, long start, long size, long limit, byte[] name, int nameLength)
      throws MalformedException {
    if (!SymbolRecords.isUsable(start, limit, nameLength)) {
      return;
    }
    if (records == maxRecords || nameLength >= entriesAt - nameAt) {
      throw new MalformedException("a symbol table that grew while it was read");
    }
    long reach = SymbolRecords.reach(start, limit);
    int at = at(records++);
    index.putLong(at, start);
    index.putLong(
        at + 8,
        SymbolRecords.sizeAndPreference(
            size, reach, SymbolRecords.preference(kind, name, nameLength)));
    index.putLong(at + 16, SymbolRecords.nameAndReach(nameAt, reach));
    index.put(nameAt, name, 0, nameLength);
    nameAt += nameLength + 1;
  }

  /**
   * Turns the records into entries.
   *
   * @param complete true when the symbols came from a {@code .symtab}
   */
  SymbolIndex finish(boolean complete) throws IOException {
    sort(records);
    EntryWriter writer = new EntryWriter(this::write);
    SymbolRun sorted = sorted();
    while (sorted.advance()) {
      writer.add(sorted);
    }
    index.putInt(IndexFormat.COUNT_AT, writer.finish());
    index.putInt(IndexFormat.COMPLETE_AT, complete ? 1 : 0);
    index.putLong(IndexFormat.ENTRIES_AT, entriesAt);
    return SymbolIndex.of(index);
  }

  private void write(long start, long size, long name, int parent) {
    int at = at(entries++);
    index.putLong(at + IndexFormat.START_AT, start);
    index.putInt(at + IndexFormat.SIZE_AT, (int) size);
    index.putInt(at + IndexFormat.NAME_AT, (int) name);
    index.putInt(at + IndexFormat.PARENT_AT, parent);
  }

  private SymbolRun sorted() {
    return new SymbolRun() {
      private int next;

      @Override
      boolean advance() {
        if (next == records) {
          return false;
        }
        int at = at(next++);
        start = index.getLong(at);
        sizeAndPreference = index.getLong(at + 8);
        nameAndReach = index.getLong(at + 16);
        return true;
      }
    };
  }

  @Override
  boolean isLess(int left, int right) {
    int a = at(left);
    int b = at(right);
    return SymbolRecords.compare(
            index.getLong(a),
            index.getLong(a + 8),
            index.getLong(a + 16),
            index.getLong(b),
            index.getLong(b + 8),
            index.getLong(b + 16))
        < 0;
  }

  @Override
  void swap(int left, int right) {
    for (int i = 0; i < SymbolRecords.BYTES; i += Long.BYTES) {
      long kept = index.getLong(at(left) + i);
      index.putLong(at(left) + i, index.getLong(at(right) + i));
      index.putLong(at(right) + i, kept);
    }
  }

  private int at(int record) {
    return entriesAt + record * IndexFormat.ENTRY_BYTES;
  }
}
