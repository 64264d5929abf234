package io.nodeflame.symbolizer.symbols;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;

/** Writes an index file front to back, and its header last. */
final class IndexOutput implements EntryOutput, AutoCloseable {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final FileChannel file;
  private final ByteBuffer buffer =
      ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final CRC32 crc = new CRC32();
  private final long maxBytes;
  private long position = IndexFormat.HEADER_BYTES;
  private volatile long writtenBytes;

  /**
   * @param maxBytes a larger file is refused
   */
  IndexOutput(IndexFiles files, Path path, long maxBytes) throws IOException {
    this.file = files.open(path, StandardOpenOption.WRITE);
    this.maxBytes = maxBytes;
    file.position(position);
  }

  long position() {
    return position;
  }

  /** Size of the file so far. For every thread. */
  long writtenBytes() {
    return writtenBytes;
  }

  void name(byte[] bytes, int length) throws IOException {
    int done = 0;
    while (done < length) {
      reserve(1);
      int count = Math.min(buffer.remaining(), length - done);
      buffer.put(bytes, done, count);
      done += count;
    }
    reserve(1);
    buffer.put((byte) 0);
    advance(length + 1L);
  }

  void align() throws IOException {
    while (position % Long.BYTES != 0) {
      reserve(1);
      buffer.put((byte) 0);
      advance(1);
    }
  }

  @Override
  public void entry(long start, long size, long name, int parent) throws IOException {
    reserve(IndexFormat.ENTRY_BYTES);
    buffer.putLong(start).putInt((int) size).putInt((int) name).putInt(parent).putInt(0);
    advance(IndexFormat.ENTRY_BYTES);
  }

  void finish(boolean complete, int count, long entriesAt) throws IOException {
    drain();
    ByteBuffer header =
        ByteBuffer.allocate(IndexFormat.HEADER_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(IndexFormat.MAGIC_AT, IndexFormat.MAGIC)
            .putInt(IndexFormat.VERSION_AT, IndexFormat.VERSION)
            .putInt(IndexFormat.COMPLETE_AT, complete ? 1 : 0)
            .putInt(IndexFormat.COUNT_AT, count)
            .putLong(IndexFormat.ENTRIES_AT, entriesAt);
    crc.update(header.array());
    header.putInt(IndexFormat.CRC_AT, (int) crc.getValue());
    file.position(0);
    writeFully(header);
  }

  private void advance(long bytes) throws TooManySymbolsException {
    position += bytes;
    if (position > maxBytes) {
      throw new TooManySymbolsException("the symbols need more than " + maxBytes + " bytes");
    }
  }

  private void reserve(int bytes) throws IOException {
    if (buffer.remaining() < bytes) {
      drain();
    }
  }

  private void drain() throws IOException {
    buffer.flip();
    crc.update(buffer.array(), 0, buffer.limit());
    writeFully(buffer);
    writtenBytes = file.position();
    buffer.clear();
  }

  private void writeFully(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
