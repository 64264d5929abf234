package io.nodeflame.symbolizer.context;

import io.nodeflame.symbolizer.bytes.MalformedException;
import java.nio.charset.StandardCharsets;

/** Goes over the fields of one protobuf message in an array. */
final class WireCursor {
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED_32 = 5;
  private static final int MAX_VARINT_BYTES = 10;

  private final byte[] bytes;
  private final int end;
  private int position;
  private int field;
  private int valueStart;
  private int wireType;

  WireCursor(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  private WireCursor(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
  }

  /**
   * Goes to the next field; false at the end of the message.
   *
   * @throws MalformedException when the field is cut off, or of an unknown kind
   */
  boolean next() throws MalformedException {
    if (position == end) {
      return false;
    }
    long tag = varint();
    field = (int) (tag >>> 3) & 0x1fff_ffff;
    wireType = (int) tag & 7;
    long length =
        switch (wireType) {
          case VARINT -> 0;
          case FIXED_64 -> 8;
          case LENGTH_DELIMITED -> varint();
          case FIXED_32 -> 4;
          default -> throw new MalformedException("wire type " + wireType);
        };
    valueStart = position;
    if (wireType == VARINT) {
      varint();
    } else if (length < 0 || length > end - position) {
      throw new MalformedException("a field longer than its message");
    } else {
      position += (int) length;
    }
    return true;
  }

  /** Whether the current field has the number, and holds a message or text. */
  boolean isText(int number) {
    return field == number && wireType == LENGTH_DELIMITED;
  }

  /** The current field as a message of its own. */
  WireCursor message() {
    return new WireCursor(bytes, valueStart, position);
  }

  /** The current field as text; what is no UTF-8 is replaced. */
  String text() {
    return new String(bytes, valueStart, position - valueStart, StandardCharsets.UTF_8);
  }

  private long varint() throws MalformedException {
    long value = 0;
    for (int i = 0; i < MAX_VARINT_BYTES; i++) {
      if (position == end) {
        throw new MalformedException("a number that is cut off");
      }
      byte next = bytes[position++];
      value |= (next & 0x7fL) << (7 * i);
      if (next >= 0) {
        return value;
      }
    }
    throw new MalformedException("a number of more than 64 bits");
  }
}
