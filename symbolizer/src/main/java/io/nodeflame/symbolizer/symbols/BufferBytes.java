package io.nodeflame.symbolizer.symbols;

import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.bytes.MalformedException;
import java.nio.ByteBuffer;

/** Bytes of memory outside the heap, which nobody changes any more. */
final class BufferBytes implements ByteSource {
  private final ByteBuffer buffer;

  BufferBytes(ByteBuffer buffer) {
    this.buffer = buffer;
  }

  @Override
  public long size() {
    return buffer.capacity();
  }

  @Override
  public void read(long offset, byte[] target, int targetOffset, int length)
      throws MalformedException {
    if (offset < 0 || length < 0 || offset > buffer.capacity() - length) {
      throw new MalformedException("read " + offset + "+" + length + " of " + size() + " bytes");
    }
    buffer.get((int) offset, target, targetOffset, length);
  }
}
