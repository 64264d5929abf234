package io.nodeflame.symbolizer.elf;

import io.nodeflame.symbolizer.bytes.ByteSource;
import java.io.IOException;
import java.util.Optional;

/**
 * Content of {@code .gnu_debuglink}.
 *
 * @param fileName plain name of the separate debug file, without a directory
 * @param crc32 of that whole file
 */
public record DebugLink(String fileName, int crc32) {
  private static final int MAX_NAME_BYTES = 255;

  /** The name, a zero byte, zeros up to a multiple of 4, and the checksum. */
  static Optional<DebugLink> parse(ByteSource section, ElfHeader header) throws IOException {
    ElfWords words = new ElfWords(section, header.order(), header.wide());
    int length = 0;
    while (length < section.size() && length <= MAX_NAME_BYTES && words.u8(length) != 0) {
      length++;
    }
    long crcAt = (length + 4L) & ~3L;
    if (length == 0 || length > MAX_NAME_BYTES || crcAt > section.size() - 4) {
      return Optional.empty();
    }
    String name = words.text(0, length);
    return name.indexOf('/') >= 0 || name.equals(".") || name.equals("..")
        ? Optional.empty()
        : Optional.of(new DebugLink(name, words.i32(crcAt)));
  }
}
