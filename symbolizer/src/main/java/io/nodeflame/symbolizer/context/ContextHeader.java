package io.nodeflame.symbolizer.context;

import io.nodeflame.symbolizer.bytes.MalformedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The header of a process context, in the byte order of the machine, which is little-endian on all
 * that we run on:
 *
 * <pre>
 *  0  char[8]  "OTEL_CTX"
 *  8  u32      version, 2
 * 12  u32      bytes of the payload
 * 16  u64      when it was published; 0 while it is being changed
 * 24  u64      address of the payload
 * </pre>
 */
record ContextHeader(int payloadBytes, long published, long payloadAddress) {
  static final int BYTES = 32;

  /** Attributes of a service take some hundred bytes. */
  static final int MAX_PAYLOAD_BYTES = 16 * 1024;

  private static final byte[] SIGNATURE = "OTEL_CTX".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 2;

  /**
   * @throws MalformedException when it is no header of this version, or the payload is too large
   */
  static ContextHeader parse(byte[] bytes) throws MalformedException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < SIGNATURE.length; i++) {
      if (buffer.get(i) != SIGNATURE[i]) {
        throw new MalformedException("the mapping does not begin with OTEL_CTX");
      }
    }
    int version = buffer.getInt(8);
    if (version != VERSION) {
      throw new MalformedException("version " + Integer.toUnsignedString(version));
    }
    int payloadBytes = buffer.getInt(12);
    if (payloadBytes < 0 || payloadBytes > MAX_PAYLOAD_BYTES) {
      throw new MalformedException(
          "a payload of " + Integer.toUnsignedString(payloadBytes) + " bytes");
    }
    return new ContextHeader(payloadBytes, buffer.getLong(16), buffer.getLong(24));
  }

  boolean isBeingChanged() {
    return published == 0;
  }
}
