package io.nodeflame.symbolizer.callframe;

import io.nodeflame.symbolizer.bytes.MalformedException;
import io.nodeflame.symbolizer.bytes.PagedReader;
import java.io.IOException;
import java.nio.ByteOrder;

/** Reads the numbers of a section one after the other, up to a limit. */
final class FrameCursor {
  private final PagedReader reader;
  private final long sectionAddress;
  private long position;
  private long limit;

  FrameCursor(FrameSection section) {
    reader = new PagedReader(section.bytes(), ByteOrder.LITTLE_ENDIAN);
    sectionAddress = section.address();
    limit = section.bytes().size();
  }

  /** Moves to an offset of the section; reads stop at the limit, another one. */
  void select(long start, long end) throws MalformedException {
    if (start < 0 || end < start || end > reader.size()) {
      throw new MalformedException("frame entry " + start + " to " + end + " is outside");
    }
    position = start;
    limit = end;
  }

  long position() {
    return position;
  }

  long limit() {
    return limit;
  }

  boolean atEnd() {
    return position >= limit;
  }

  int u8() throws IOException {
    return reader.u8(advance(1));
  }

  int u16() throws IOException {
    return reader.u16(advance(2));
  }

  long u32() throws IOException {
    return reader.u32(advance(4));
  }

  long u64() throws IOException {
    return reader.u64(advance(8));
  }

  void skip(long bytes) throws IOException {
    if (bytes < 0 || bytes > limit - position) {
      throw new MalformedException("frame entry ends inside " + bytes + " bytes");
    }
    position += bytes;
  }

  /** Unsigned number of variable length; what is above 64 bits is refused. */
  long uleb() throws IOException {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      int next = u8();
      value |= shift < 64 ? (long) (next & 0x7f) << shift : 0;
      if (next < 0x80) {
        return value;
      }
    }
    throw new MalformedException("number of more than 64 bits");
  }

  /** Signed number of variable length. */
  long sleb() throws IOException {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      int next = u8();
      value |= shift < 64 ? (long) (next & 0x7f) << shift : 0;
      if (next < 0x80) {
        boolean negative = (next & 0x40) != 0 && shift + 7 < 64;
        return negative ? value | -1L << (shift + 7) : value;
      }
    }
    throw new MalformedException("number of more than 64 bits");
  }

  /** A register number; none of a supported machine is near the bound. */
  int register() throws IOException {
    long register = uleb();
    if (register < 0 || register > 0xffff) {
      throw new MalformedException("register number " + Long.toUnsignedString(register));
    }
    return (int) register;
  }

  /** A pointer in one of the encodings of {@link PointerEncoding}. */
  long pointer(int encoding, long dataBase) throws IOException {
    if (PointerEncoding.isAligned(encoding)) {
      skip(-(sectionAddress + position) & (FrameMachine.WORD_BYTES - 1));
      return u64();
    }
    long address = sectionAddress + position;
    long value = number(encoding);
    return PointerEncoding.resolve(encoding, value, address, dataBase);
  }

  /** The number of an encoded pointer, before it is made relative to anything. */
  long number(int encoding) throws IOException {
    return switch (PointerEncoding.format(encoding)) {
      case PointerEncoding.ABSOLUTE, PointerEncoding.U64, PointerEncoding.S64 -> u64();
      case PointerEncoding.ULEB -> uleb();
      case PointerEncoding.U16 -> u16();
      case PointerEncoding.U32 -> u32();
      case PointerEncoding.SLEB -> sleb();
      case PointerEncoding.S16 -> (short) u16();
      case PointerEncoding.S32 -> (int) u32();
      default -> throw new MalformedException("pointer encoding " + encoding);
    };
  }

  private long advance(int bytes) throws MalformedException {
    if (bytes > limit - position) {
      throw new MalformedException("frame entry ends at " + limit);
    }
    long at = position;
    position += bytes;
    return at;
  }
}
