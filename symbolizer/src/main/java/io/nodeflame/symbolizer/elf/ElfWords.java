package io.nodeflame.symbolizer.elf;

import io.nodeflame.symbolizer.bytes.ByteReader;
import io.nodeflame.symbolizer.bytes.ByteSource;
import java.io.IOException;
import java.nio.ByteOrder;

/** Numbers of one ELF file, in its byte order and class. Not for two threads at once. */
final class ElfWords {
  private final ByteReader reader;
  private final boolean wide;

  ElfWords(ByteSource source, ByteOrder order, boolean wide) {
    this.reader = new ByteReader(source, order);
    this.wide = wide;
  }

  /** Bytes of an address, offset or size: 8 or 4. */
  int width() {
    return wide ? 8 : 4;
  }

  int u8(long offset) throws IOException {
    return reader.u8(offset);
  }

  int half(long offset) throws IOException {
    return reader.u16(offset);
  }

  int i32(long offset) throws IOException {
    return reader.i32(offset);
  }

  long u32(long offset) throws IOException {
    return reader.u32(offset);
  }

  /** An address, offset or size, of the width of the class. */
  long word(long offset) throws IOException {
    return wide ? reader.u64(offset) : reader.u32(offset);
  }

  String text(long offset, int maxBytes) throws IOException {
    return reader.cString(offset, maxBytes);
  }
}
