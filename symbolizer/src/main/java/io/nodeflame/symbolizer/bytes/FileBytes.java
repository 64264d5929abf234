package io.nodeflame.symbolizer.bytes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A file by positional reads, never mapped: its owner may truncate it at any moment, and a mapped
 * page beyond the end is a fault, while a read is an exception.
 */
public final class FileBytes implements ByteSource, AutoCloseable {
  private final FileChannel channel;
  private final long size;

  /** Takes ownership of the channel. */
  public FileBytes(FileChannel channel) throws IOException {
    this.channel = channel;
    this.size = channel.size();
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
    ByteBuffer buffer = ByteBuffer.wrap(target, targetOffset, length);
    long position = offset;
    while (buffer.hasRemaining()) {
      int count = channel.read(buffer, position);
      if (count < 0) {
        throw new MalformedException("file shrank below " + (offset + length) + " bytes");
      }
      position += count;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
