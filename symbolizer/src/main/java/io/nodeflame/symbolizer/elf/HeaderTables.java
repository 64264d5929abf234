package io.nodeflame.symbolizer.elf;

import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.bytes.MalformedException;
import io.nodeflame.symbolizer.bytes.PagedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads the program headers and the section headers. */
final class HeaderTables {
  static final int MAX_SEGMENTS = 1024;

  /** What is linked has a tenth of it. A hostile process may map a file after the other. */
  static final int MAX_SECTIONS = 4 * 1024;

  private static final int MAX_SECTION_NAME_BYTES = 128;
  private static final int EXTENDED = 0xffff; // PN_XNUM and SHN_XINDEX: see section 0

  private final ByteSource file;
  private final ElfHeader header;
  private final ElfWords words;

  HeaderTables(ByteSource file, ElfHeader header) {
    this.file = file;
    this.header = header;
    this.words = new ElfWords(file, header.order(), header.wide());
  }

  List<ElfSegment> segments() throws IOException {
    int entryBytes = header.wide() ? 56 : 32;
    int count = header.segmentCount();
    if (count == EXTENDED) {
      count = bounded(words.u32(header.sectionsOffset() + (header.wide() ? 44 : 28)), MAX_SEGMENTS);
    }
    checkTable("program", header.segmentsOffset(), header.segmentEntryBytes(), entryBytes, count);
    bounded(count, MAX_SEGMENTS);
    List<ElfSegment> segments = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long at = header.segmentsOffset() + (long) i * header.segmentEntryBytes();
      segments.add(header.wide() ? wideSegment(at) : narrowSegment(at));
    }
    return segments;
  }

  /**
   * The sections, or none when their table is missing or wrong: programs run without it, so tools
   * that shrink files leave it behind broken.
   */
  List<ElfSection> sections() throws IOException {
    try {
      return readSections();
    } catch (MalformedException e) {
      return List.of();
    }
  }

  private List<ElfSection> readSections() throws IOException {
    long table = header.sectionsOffset();
    if (table == 0) {
      return List.of();
    }
    int entryBytes = header.wide() ? 64 : 40;
    long count = header.sectionCount();
    long namesIndex = header.sectionNamesIndex();
    checkTable("section", table, header.sectionEntryBytes(), entryBytes, Math.max(count, 1));
    if (count == 0) {
      count = words.word(table + (header.wide() ? 32 : 20));
    }
    if (namesIndex == EXTENDED) {
      namesIndex = words.u32(table + (header.wide() ? 40 : 24));
    }
    bounded(count, MAX_SECTIONS);
    checkTable("section", table, header.sectionEntryBytes(), entryBytes, count);
    int[] nameOffsets = new int[(int) count];
    List<ElfSection> unnamed = new ArrayList<>((int) count);
    for (int i = 0; i < count; i++) {
      long at = table + (long) i * header.sectionEntryBytes();
      nameOffsets[i] = words.i32(at);
      unnamed.add(section(at));
    }
    return named(unnamed, nameOffsets, namesIndex);
  }

  private List<ElfSection> named(List<ElfSection> sections, int[] nameOffsets, long namesIndex)
      throws IOException {
    if (namesIndex == 0 || namesIndex >= sections.size()) {
      return sections;
    }
    ElfSection table = sections.get((int) namesIndex);
    if (!table.isStored() || !isInFile(table.offset(), table.size())) {
      return sections;
    }
    // In any order, so that a small page is read for each at most.
    PagedReader names = new PagedReader(file.slice(table.offset(), table.size()), header.order());
    List<ElfSection> named = new ArrayList<>(sections.size());
    for (int i = 0; i < nameOffsets.length; i++) {
      long offset = nameOffsets[i] & 0xffff_ffffL;
      String name = offset < table.size() ? names.cString(offset, MAX_SECTION_NAME_BYTES) : "";
      ElfSection s = sections.get(i);
      named.add(
          new ElfSection(
              name,
              s.type(),
              s.flags(),
              s.address(),
              s.offset(),
              s.size(),
              s.link(),
              s.entrySize()));
    }
    return named;
  }

  private ElfSection section(long at) throws IOException {
    int width = words.width();
    long afterSize = at + 8 + 4L * width;
    return new ElfSection(
        "",
        words.i32(at + 4),
        words.word(at + 8),
        words.word(at + 8 + width),
        words.word(at + 8 + 2L * width),
        words.word(at + 8 + 3L * width),
        words.i32(afterSize),
        words.word(afterSize + 8 + width));
  }

  private ElfSegment wideSegment(long at) throws IOException {
    return new ElfSegment(
        words.i32(at),
        words.i32(at + 4),
        words.word(at + 8),
        words.word(at + 16),
        words.word(at + 32),
        words.word(at + 40),
        words.word(at + 48));
  }

  private ElfSegment narrowSegment(long at) throws IOException {
    return new ElfSegment(
        words.i32(at),
        words.i32(at + 24),
        words.word(at + 4),
        words.word(at + 8),
        words.word(at + 16),
        words.word(at + 20),
        words.word(at + 28));
  }

  private void checkTable(String what, long offset, int entryBytes, int minBytes, long count)
      throws MalformedException {
    if (count == 0) {
      return;
    }
    if (entryBytes < minBytes || !isInFile(offset, count * entryBytes)) {
      throw new MalformedException("the " + what + " headers are outside the file");
    }
  }

  private boolean isInFile(long offset, long length) {
    return offset >= 0 && length >= 0 && length <= file.size() && offset <= file.size() - length;
  }

  private static int bounded(long count, int max) throws MalformedException {
    if (count < 0 || count > max) {
      throw new MalformedException("more than " + max + " ELF headers of one kind");
    }
    return (int) count;
  }
}
