package io.nodeflame.symbolizer.bytes;

/** Bytes in memory. The array is not copied and must not change. */
public final class ArrayBytes implements ByteSource {
  private final byte[] bytes;

  public ArrayBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public void read(long offset, byte[] target, int targetOffset, int length)
      throws MalformedException {
    if (offset < 0 || length < 0 || offset > bytes.length - length) {
      throw new MalformedException(
          "read " + offset + "+" + length + " of " + bytes.length + " bytes");
    }
    System.arraycopy(bytes, (int) offset, target, targetOffset, length);
  }
}
