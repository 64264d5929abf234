package io.nodeflame.symbolizer.elf;

import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.IOException;
import java.nio.ByteOrder;

/** The file header: identification, and where the two header tables are. */
record ElfHeader(
    boolean wide,
    ByteOrder order,
    int type,
    int machine,
    long entry,
    long segmentsOffset,
    int segmentEntryBytes,
    int segmentCount,
    long sectionsOffset,
    int sectionEntryBytes,
    int sectionCount,
    int sectionNamesIndex) {
  private static final int IDENTIFICATION_BYTES = 16;
  private static final int NARROW_BYTES = 52;
  private static final int WIDE_BYTES = 64;

  static ElfHeader parse(ByteSource file) throws IOException {
    if (file.size() < NARROW_BYTES) {
      throw new MalformedException("too short for an ELF header");
    }
    byte[] id = new byte[IDENTIFICATION_BYTES];
    file.read(0, id, 0, id.length);
    if (id[0] != 0x7f || id[1] != 'E' || id[2] != 'L' || id[3] != 'F') {
      throw new MalformedException("no ELF magic");
    }
    boolean wide = choose("class", id[4]);
    ByteOrder order = choose("byte order", id[5]) ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    if (wide && file.size() < WIDE_BYTES) {
      throw new MalformedException("too short for an ELF header");
    }
    ElfWords words = new ElfWords(file.slice(0, wide ? WIDE_BYTES : NARROW_BYTES), order, wide);
    int width = words.width();
    long afterWords = 24 + 3L * width + 4; // behind e_entry, e_phoff, e_shoff, e_flags
    return new ElfHeader(
        wide,
        order,
        words.half(16),
        words.half(18),
        words.word(24),
        words.word(24 + width),
        words.half(afterWords + 2),
        words.half(afterWords + 4),
        words.word(24 + 2L * width),
        words.half(afterWords + 6),
        words.half(afterWords + 8),
        words.half(afterWords + 10));
  }

  /** Both fields know 1 and 2; true for 2. */
  private static boolean choose(String field, byte value) throws MalformedException {
    if (value != 1 && value != 2) {
      throw new MalformedException("unknown ELF " + field + " " + value);
    }
    return value == 2;
  }
}
