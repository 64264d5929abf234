package io.nodeflame.symbolizer.symbols;

import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;

/**
 * An index: mostly a file mapped into memory, so that only the pages that lookups touch take room.
 * The mapping lives as long as this object, also when the file is deleted meanwhile.
 */
final class SymbolIndex implements SymbolTable {
  private static final int CHECK_BYTES = 32 * 1024;

  private final ByteBuffer file;
  private final boolean complete;
  private final int count;
  private final int entriesAt;

  private SymbolIndex(ByteBuffer file) {
    this.file = file;
    this.complete = file.getInt(IndexFormat.COMPLETE_AT) != 0;
    this.count = file.getInt(IndexFormat.COUNT_AT);
    this.entriesAt = (int) file.getLong(IndexFormat.ENTRIES_AT);
  }

  /**
   * Checks and opens an index file.
   *
   * @throws MalformedException when it is of another version, cut, or changed
   */
  static SymbolIndex open(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      check(channel);
      return new SymbolIndex(
          channel
              .map(FileChannel.MapMode.READ_ONLY, 0, channel.size())
              .order(ByteOrder.LITTLE_ENDIAN));
    }
  }

  /** An index in memory, as the writer left it: its checksum is not asked for. */
  static SymbolIndex of(ByteBuffer memory) {
    return new SymbolIndex(memory);
  }

  /** Reads the whole file once, past the mapping, so that its pages are not counted as ours. */
  private static void check(FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < IndexFormat.HEADER_BYTES || size > Integer.MAX_VALUE) {
      throw new MalformedException("a symbol index of " + size + " bytes");
    }
    ByteBuffer header =
        ByteBuffer.allocate(IndexFormat.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    readFully(channel, header, 0);
    long entriesAt = header.getLong(IndexFormat.ENTRIES_AT);
    long count = header.getInt(IndexFormat.COUNT_AT);
    if (header.getLong(IndexFormat.MAGIC_AT) != IndexFormat.MAGIC
        || header.getInt(IndexFormat.VERSION_AT) != IndexFormat.VERSION
        || count < 0
        || entriesAt < IndexFormat.HEADER_BYTES
        || entriesAt + count * IndexFormat.ENTRY_BYTES != size) {
      throw new MalformedException("not a symbol index of version " + IndexFormat.VERSION);
    }
    CRC32 crc = new CRC32();
    ByteBuffer piece = ByteBuffer.allocate(CHECK_BYTES);
    for (long at = IndexFormat.HEADER_BYTES; at < size; at += piece.limit()) {
      piece.clear().limit((int) Math.min(CHECK_BYTES, size - at));
      readFully(channel, piece, at);
      crc.update(piece.array(), 0, piece.limit());
    }
    int expected = header.getInt(IndexFormat.CRC_AT);
    crc.update(header.putInt(IndexFormat.CRC_AT, 0).array());
    if ((int) crc.getValue() != expected) {
      throw new MalformedException("a symbol index with a wrong checksum");
    }
  }

  private static void readFully(FileChannel channel, ByteBuffer target, long offset)
      throws IOException {
    while (target.hasRemaining()) {
      if (channel.read(target, offset + target.position()) < 0) {
        throw new MalformedException("a symbol index that was cut");
      }
    }
  }

  /** True when the symbols came from a {@code .symtab}: there is nothing better to look for. */
  boolean isComplete() {
    return complete;
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public int indexOf(long address) {
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(start(middle), address) <= 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    int index = high;
    for (int steps = 0; index >= 0 && steps < IndexFormat.MAX_NESTING; steps++) {
      if (Long.compareUnsigned(address - start(index), size(index)) < 0) {
        return index;
      }
      index = file.getInt(entry(index) + IndexFormat.PARENT_AT);
    }
    return -1;
  }

  @Override
  public long start(int index) {
    return file.getLong(entry(index) + IndexFormat.START_AT);
  }

  @Override
  public long size(int index) {
    return file.getInt(entry(index) + IndexFormat.SIZE_AT) & 0xffff_ffffL;
  }

  @Override
  public String name(int index) {
    int from = file.getInt(entry(index) + IndexFormat.NAME_AT);
    int end = from;
    while (file.get(end) != 0) { // every name has a zero behind it: the checksum vouches for that
      end++;
    }
    byte[] name = new byte[end - from];
    file.get(from, name);
    return new String(name, StandardCharsets.UTF_8);
  }

  @Override
  public UnnamedReason unnamedReason() {
    return count == 0 ? UnnamedReason.NO_SYMBOLS : UnnamedReason.NO_SYMBOL_AT_ADDRESS;
  }

  @Override
  public void close() {}

  private int entry(int index) {
    if (index < 0 || index >= count) {
      throw new IndexOutOfBoundsException(index);
    }
    return entriesAt + index * IndexFormat.ENTRY_BYTES;
  }
}
