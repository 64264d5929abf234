package io.nodeflame.symbolizer.symbols;

import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * The bytes of an index file by positional reads, never mapped: who cuts the file, or a disk that
 * fails, would make a fault of a read from memory, which the Java machine may report anywhere. A
 * read that fails is an exception. Safe for many threads.
 */
final class IndexFile implements ByteSource, AutoCloseable {
  private final IndexChannels channels;
  private final long size;

  /** Holds the checksum of the whole, so that it tells the file from another at its path. */
  private final byte[] header;

  private volatile Path path;
  private volatile boolean isClosed;

  private IndexFile(IndexChannels channels, Path path, long size, byte[] header) {
    this.channels = channels;
    this.path = path;
    this.size = size;
    this.header = header;
  }

  static IndexFile open(Path path, IndexChannels channels) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    boolean isKept = false;
    try {
      IndexFile file = new IndexFile(channels, path, channel.size(), readHeader(channel));
      channels.add(file, channel);
      isKept = true;
      return file;
    } finally {
      if (!isKept) {
        channel.close();
      }
    }
  }

  /** The file has another name now. */
  void movedTo(Path newPath) {
    path = newPath;
  }

  /** For {@link IndexChannels}. */
  FileChannel openAgain() throws IOException {
    if (isClosed) {
      throw new IOException("the symbol index was given back");
    }
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    boolean isSame = false;
    try {
      isSame = channel.size() == size && Arrays.equals(header, readHeader(channel));
      if (!isSame) {
        throw new MalformedException("another symbol index is at its place");
      }
      return channel;
    } finally {
      if (!isSame) {
        channel.close();
      }
    }
  }

  private static byte[] readHeader(FileChannel channel) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(IndexFormat.HEADER_BYTES);
    readFully(channel, header, 0);
    return header.array();
  }

  static void readFully(FileChannel channel, ByteBuffer target, long offset) throws IOException {
    long at = offset;
    while (target.hasRemaining()) {
      int count = channel.read(target, at);
      if (count < 0) {
        throw new MalformedException("a symbol index that was cut");
      }
      at += count;
    }
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long offset, byte[] target, int targetOffset, int length) throws IOException {
    if (offset < 0 || length < 0 || offset > size - length) {
      throw new MalformedException("read " + offset + "+" + length + " of " + size + " bytes");
    }
    channels.read(this, ByteBuffer.wrap(target, targetOffset, length), offset);
  }

  /** Later reads fail. */
  @Override
  public void close() {
    isClosed = true;
    channels.close(this);
  }
}
