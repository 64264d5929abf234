package io.nodeflame.collector.pprof;

import java.util.Arrays;

/** A growing array that protobuf fields are written to. Cleared and used again. */
final class WireBuffer {
  private static final int RETAINED_BYTES = 128 * 1024;
  private static final int VARINT = 0;
  private static final int LENGTH_DELIMITED = 2;

  private byte[] bytes = new byte[1024];
  private int length;

  static int varintBytes(long value) {
    // 7 bits a byte; 0 takes one.
    return (63 - Long.numberOfLeadingZeros(value | 1)) / 7 + 1;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  void truncate(int newLength) {
    length = newLength;
  }

  /** Empties the buffer, and gives memory back that only an unusual profile needs. */
  void clearAndTrim() {
    length = 0;
    if (bytes.length > RETAINED_BYTES) {
      bytes = new byte[1024];
    }
  }

  void ensure(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(length, more)));
    }
  }

  void rawByte(int value) {
    ensure(1);
    bytes[length++] = (byte) value;
  }

  void raw(byte[] source, int offset, int count) {
    ensure(count);
    System.arraycopy(source, offset, bytes, length, count);
    length += count;
  }

  void varint(long value) {
    ensure(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
  }

  /** A number field; 0 is the default of protobuf and is not written. */
  void number(int field, long value) {
    if (value != 0) {
      varint((long) field << 3 | VARINT);
      varint(value);
    }
  }

  /** Tag and length of a field that holds bytes, a message or packed numbers. */
  void header(int field, int byteCount) {
    varint((long) field << 3 | LENGTH_DELIMITED);
    varint(byteCount);
  }
}
