package io.nodeflame.collector.store;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What the index says of one profile, so that most questions need not read it: 40 bytes, big-endian
 * {@code series:8 timeNanos:8 value:8 samples:8 bytes:8}.
 */
record IndexEntry(long series, long timeNanos, long value, long samples, long bytes) {
  static final int LENGTH = 40;

  byte[] encode() {
    return ByteBuffer.allocate(LENGTH)
        .putLong(series)
        .putLong(timeNanos)
        .putLong(value)
        .putLong(samples)
        .putLong(bytes)
        .array();
  }

  static IndexEntry decode(byte[] encoded) throws IOException {
    if (encoded.length != LENGTH) {
      throw new IOException("an index entry of " + encoded.length + " bytes");
    }
    ByteBuffer in = ByteBuffer.wrap(encoded);
    return new IndexEntry(in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
  }
}
