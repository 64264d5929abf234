package io.nodeflame.symbolizer.bytes;

import java.io.IOException;

/** A part of another source. */
final class SlicedBytes implements ByteSource {
  private final ByteSource whole;
  private final long start;
  private final long size;

  private SlicedBytes(ByteSource whole, long start, long size) {
    this.whole = whole;
    this.start = start;
    this.size = size;
  }

  static ByteSource of(ByteSource whole, long offset, long length) throws MalformedException {
    if (offset < 0 || length < 0 || offset > whole.size() - length) {
      throw new MalformedException(
          "part " + offset + "+" + length + " is outside " + whole.size() + " bytes");
    }
    return new SlicedBytes(whole, offset, length);
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
    whole.read(start + offset, target, targetOffset, length);
  }
}
