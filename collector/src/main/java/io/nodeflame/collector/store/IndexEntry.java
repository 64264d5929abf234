package io.nodeflame.collector.store;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What the index says of one profile, so that most questions need not read it: 48 bytes, big-endian
 * {@code series:8 timeNanos:8 value:8 samples:8 bytes:8 durationMillis:8}. Files of version 0.1.0
 * may hold entries without the last field.
 *
 * @param timeNanos end of the time that it covers
 * @param durationMillis length of that time, 0 when it is not known
 */
record IndexEntry(
    long series, long timeNanos, long value, long samples, long bytes, long durationMillis) {
  private static final int LENGTH = 48;
  private static final int LENGTH_WITHOUT_DURATION = 40;

  byte[] encode() {
    return ByteBuffer.allocate(LENGTH)
        .putLong(series)
        .putLong(timeNanos)
        .putLong(value)
        .putLong(samples)
        .putLong(bytes)
        .putLong(durationMillis)
        .array();
  }

  static IndexEntry decode(byte[] encoded) throws IOException {
    if (encoded.length != LENGTH && encoded.length != LENGTH_WITHOUT_DURATION) {
      throw new IOException("an index entry of " + encoded.length + " bytes");
    }
    ByteBuffer in = ByteBuffer.wrap(encoded);
    return new IndexEntry(
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.hasRemaining() ? in.getLong() : 0);
  }
}
