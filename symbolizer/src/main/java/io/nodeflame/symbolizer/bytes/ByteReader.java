package io.nodeflame.symbolizer.bytes;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads numbers and strings at absolute offsets of a {@link ByteSource}, through one buffer, so
 * that neighbouring reads cost no system call. Not for two threads at once.
 */
public final class ByteReader {
  private static final int BUFFER_BYTES = 16 * 1024;
  private static final int FIRST_NAME_BYTES = 64;
  private static final VarHandle SHORT_LE = view(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORT_BE = view(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT_LE = view(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT_BE = view(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG_LE = view(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG_BE = view(long[].class, ByteOrder.BIG_ENDIAN);

  private final ByteSource source;
  private final boolean little;
  private final byte[] buffer;
  private long bufferStart;
  private int bufferLength;

  public ByteReader(ByteSource source, ByteOrder order) {
    this.source = source;
    this.little = order == ByteOrder.LITTLE_ENDIAN;
    this.buffer = new byte[(int) Math.min(BUFFER_BYTES, Math.max(8, source.size()))];
  }

  public long size() {
    return source.size();
  }

  public int u8(long offset) throws IOException {
    return buffer[at(offset, 1)] & 0xff;
  }

  public int u16(long offset) throws IOException {
    int index = at(offset, 2);
    return ((short) (little ? SHORT_LE : SHORT_BE).get(buffer, index)) & 0xffff;
  }

  public int i32(long offset) throws IOException {
    int index = at(offset, 4);
    return (int) (little ? INT_LE : INT_BE).get(buffer, index);
  }

  public long u32(long offset) throws IOException {
    return i32(offset) & 0xffff_ffffL;
  }

  /** All 64 bits; the caller decides about the sign. */
  public long u64(long offset) throws IOException {
    int index = at(offset, 8);
    return (long) (little ? LONG_LE : LONG_BE).get(buffer, index);
  }

  /**
   * The text up to the next zero byte, decoded as UTF-8 with replacement of what is not.
   *
   * @param maxBytes longer text is cut there
   */
  public String cString(long offset, int maxBytes) throws IOException {
    long available = source.size() - offset;
    if (offset < 0 || available <= 0) {
      throw new MalformedException("string at " + offset + " of " + source.size() + " bytes");
    }
    int limit = (int) Math.min(maxBytes, available);
    byte[] bytes = new byte[Math.min(limit, FIRST_NAME_BYTES)];
    int length = 0;
    for (int next; length < limit && (next = u8(offset + length)) != 0; length++) {
      if (length == bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.min(limit, 4 * length));
      }
      bytes[length] = (byte) next;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  private int at(long offset, int width) throws IOException {
    long index = offset - bufferStart;
    if (index < 0 || index > bufferLength - width) {
      fill(offset, width);
      index = 0;
    }
    return (int) index;
  }

  private void fill(long offset, int width) throws IOException {
    long available = source.size() - offset;
    if (offset < 0 || available < width) {
      throw new MalformedException(
          "read " + offset + "+" + width + " of " + source.size() + " bytes");
    }
    int length = (int) Math.min(buffer.length, available);
    bufferLength = 0;
    source.read(offset, buffer, 0, length);
    bufferStart = offset;
    bufferLength = length;
  }

  private static VarHandle view(Class<?> arrayType, ByteOrder order) {
    return MethodHandles.byteArrayViewVarHandle(arrayType, order);
  }
}
