package io.nodeflame.symbolizer.perfmap;

import io.nodeflame.symbolizer.bytes.ByteSource;
import java.io.IOException;
import java.util.Arrays;

/** A few bytes that were read from a file, to see later whether they still stand there. */
final class ReadMark {
  private static final int MAX_BYTES = 64;

  static final ReadMark NONE = new ReadMark(0, new byte[0]);

  private final long offset;
  private final byte[] bytes;

  private ReadMark(long offset, byte[] bytes) {
    this.offset = offset;
    this.bytes = bytes;
  }

  /** The first bytes of a block that was read at {@code offset}. */
  static ReadMark firstOf(byte[] block, int length, long offset) {
    return new ReadMark(offset, Arrays.copyOf(block, Math.min(MAX_BYTES, length)));
  }

  /** The last bytes of such a block. */
  static ReadMark lastOf(byte[] block, int length, long offset) {
    int from = Math.max(0, length - MAX_BYTES);
    return new ReadMark(offset + from, Arrays.copyOfRange(block, from, length));
  }

  boolean standsIn(ByteSource file) throws IOException {
    if (file.size() < offset + bytes.length) {
      return false;
    }
    byte[] now = new byte[bytes.length];
    file.read(offset, now, 0, now.length);
    return Arrays.equals(bytes, now);
  }
}
