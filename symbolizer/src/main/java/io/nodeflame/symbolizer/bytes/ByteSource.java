package io.nodeflame.symbolizer.bytes;

import java.io.IOException;

/** Random access to untrusted bytes: a file, a part of one, or an array. Safe for many threads. */
public interface ByteSource {

  /** Length in bytes. A file may shrink below it; a read then throws. */
  long size();

  /**
   * Copies exactly {@code length} bytes.
   *
   * @throws MalformedException when the range is not inside the source
   * @throws IOException when the file behind it cannot be read
   */
  void read(long offset, byte[] target, int targetOffset, int length) throws IOException;

  /** The part {@code [offset, offset + length)}, sharing this source's bytes. */
  default ByteSource slice(long offset, long length) throws MalformedException {
    return SlicedBytes.of(this, offset, length);
  }
}
