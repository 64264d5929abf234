package io.nodeflame.symbolizer.context;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Makes process contexts, and the messages in them. */
public final class ContextBytes {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  public static byte[] header(int version, int payloadBytes, long published, long payloadAddress) {
    return ByteBuffer.allocate(ContextHeader.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put("OTEL_CTX".getBytes(StandardCharsets.US_ASCII))
        .putInt(version)
        .putInt(payloadBytes)
        .putLong(published)
        .putLong(payloadAddress)
        .array();
  }

  /** A {@code KeyValue} with text. */
  public static byte[] attribute(String key, String value) {
    byte[] any = new ContextBytes().text(1, value).toBytes();
    return new ContextBytes().text(1, key).message(2, any).toBytes();
  }

  /** A {@code Resource}. */
  public static byte[] resource(byte[]... attributes) {
    ContextBytes resource = new ContextBytes();
    for (byte[] attribute : attributes) {
      resource.message(1, attribute);
    }
    return resource.number(2, 3).toBytes();
  }

  ContextBytes number(int field, long value) {
    varint((long) field << 3);
    varint(value);
    return this;
  }

  ContextBytes text(int field, String text) {
    return message(field, text.getBytes(StandardCharsets.UTF_8));
  }

  ContextBytes message(int field, byte[] message) {
    varint((long) field << 3 | 2);
    varint(message.length);
    bytes.writeBytes(message);
    return this;
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
  }
}
