package io.nodeflame.symbolizer.elf;

import io.nodeflame.symbolizer.bytes.ByteSource;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Optional;

/** Finds the GNU build ID among notes. */
final class ElfNotes {
  private static final int MAX_NOTES_BYTES = 64 * 1024;
  private static final int MAX_BUILD_ID_BYTES = 64;
  private static final int NOTE_HEADER_BYTES = 12;
  private static final int TYPE_BUILD_ID = 3;
  private static final int GNU = 0x474e_5500;

  private static final int MAX_NOTE_TABLES = 64;

  private ElfNotes() {}

  /** Looks in sections first: in a separate debug file the segments point nowhere. */
  static Optional<String> buildId(ElfFile elf, ElfHeader header) throws IOException {
    int tables = 0;
    for (ElfSection section : elf.sections()) {
      if (section.type() == ElfSection.TYPE_NOTE
          && !section.isCompressed()
          && elf.isStoredInFile(section)
          && ++tables <= MAX_NOTE_TABLES) {
        long alignment = section.name().equals(".note.gnu.property") ? 8 : 4;
        Optional<String> id = buildId(elf.contents(section), header, alignment);
        if (id.isPresent()) {
          return id;
        }
      }
    }
    for (ElfSegment segment : elf.segments()) {
      if (segment.type() == ElfSegment.TYPE_NOTE
          && elf.isStoredInFile(segment)
          && ++tables <= MAX_NOTE_TABLES) {
        Optional<String> id = buildId(elf.contents(segment), header, segment.alignment());
        if (id.isPresent()) {
          return id;
        }
      }
    }
    return Optional.empty();
  }

  /**
   * @param alignment of the notes; 8 where the file says so, 4 in all other cases
   * @return lower-case hex; empty when there is none, or the notes are wrong
   */
  private static Optional<String> buildId(ByteSource notes, ElfHeader header, long alignment)
      throws IOException {
    ElfWords words = new ElfWords(notes, header.order(), header.wide());
    long end = Math.min(notes.size(), MAX_NOTES_BYTES);
    long padding = alignment == 8 ? 7 : 3;
    long at = 0;
    while (at <= end - NOTE_HEADER_BYTES) {
      long nameBytes = words.u32(at);
      long contentBytes = words.u32(at + 4);
      long content = at + NOTE_HEADER_BYTES + nameBytes;
      content = (content + padding) & ~padding;
      if (content > end - contentBytes) {
        return Optional.empty();
      }
      if (words.u32(at + 8) == TYPE_BUILD_ID
          && nameBytes == 4
          && contentBytes > 0
          && contentBytes <= MAX_BUILD_ID_BYTES
          && isGnu(words, at + NOTE_HEADER_BYTES)) {
        byte[] id = new byte[(int) contentBytes];
        notes.read(content, id, 0, id.length);
        return Optional.of(HexFormat.of().formatHex(id));
      }
      at = (content + contentBytes + padding) & ~padding;
    }
    return Optional.empty();
  }

  private static boolean isGnu(ElfWords words, long at) throws IOException {
    int name = 0;
    for (int i = 0; i < 4; i++) {
      name = name << 8 | words.u8(at + i);
    }
    return name == GNU;
  }
}
