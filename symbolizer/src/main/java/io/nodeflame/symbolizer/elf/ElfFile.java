package io.nodeflame.symbolizer.elf;

import io.nodeflame.symbolizer.bytes.ArrayBytes;
import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * An ELF file of either class and byte order. Its headers are read once and kept; everything else
 * is read from the source on demand, which stays the caller's to close. Safe for many threads.
 *
 * <p>Methods throw {@link MalformedException} where the file contradicts its format, and another
 * {@link IOException} where it cannot be read.
 */
public final class ElfFile {
  public static final int TYPE_RELOCATABLE = 1;
  public static final int TYPE_EXECUTABLE = 2;
  public static final int TYPE_SHARED = 3;
  public static final int MACHINE_386 = 3;
  public static final int MACHINE_X86_64 = 62;
  public static final int MACHINE_AARCH64 = 183;

  private final ByteSource file;
  private final ElfHeader header;
  private final List<ElfSegment> segments;
  private final List<ElfSection> sections;
  private final ExecutableRanges code;
  private final SegmentLayout layout;

  private ElfFile(
      ByteSource file, ElfHeader header, List<ElfSegment> segments, List<ElfSection> sections) {
    this.file = file;
    this.header = header;
    this.segments = List.copyOf(segments);
    this.sections = List.copyOf(sections);
    this.code = ExecutableRanges.of(segments, sections);
    this.layout = new SegmentLayout(segments);
  }

  /** Reads the headers. Section headers that are missing or wrong leave a file without sections. */
  public static ElfFile parse(ByteSource file) throws IOException {
    ElfHeader header = ElfHeader.parse(file);
    HeaderTables tables = new HeaderTables(file, header);
    return new ElfFile(file, header, tables.segments(), tables.sections());
  }

  public boolean is64Bit() {
    return header.wide();
  }

  public ByteOrder byteOrder() {
    return header.order();
  }

  /** {@code e_type}. */
  public int type() {
    return header.type();
  }

  /** {@code e_machine}. */
  public int machine() {
    return header.machine();
  }

  /** Virtual address of the entry point, 0 for none. */
  public long entry() {
    return header.entry();
  }

  public List<ElfSegment> segments() {
    return segments;
  }

  /** The sections in the order of the file; empty for a file without section headers. */
  public List<ElfSection> sections() {
    return sections;
  }

  /** The first section of that name. */
  public Optional<ElfSection> section(String name) {
    for (ElfSection section : sections) {
      if (section.name().equals(name)) {
        return Optional.of(section);
      }
    }
    return Optional.empty();
  }

  /** The first segment of that type, such as {@link ElfSegment#TYPE_GNU_EH_FRAME}. */
  public Optional<ElfSegment> segment(int type) {
    for (ElfSegment segment : segments) {
      if (segment.type() == type) {
        return Optional.of(segment);
      }
    }
    return Optional.empty();
  }

  /** The section's bytes. Refused when it has none in this file, or is compressed. */
  public ByteSource contents(ElfSection section) throws IOException {
    if (section.isCompressed()) {
      throw new MalformedException("a compressed section must be inflated");
    }
    return stored(section);
  }

  /** The part of the segment that is in the file. */
  public ByteSource contents(ElfSegment segment) throws IOException {
    return file.slice(segment.offset(), segment.fileSize());
  }

  /**
   * The section's bytes, unpacked in memory where they are compressed.
   *
   * @param maxBytes a larger one is refused
   */
  public ByteSource inflated(ElfSection section, int maxBytes) throws IOException {
    if (!section.isCompressed()) {
      ByteSource stored = stored(section);
      checkSize(stored.size(), maxBytes);
      return stored;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    inflateTo(section, bytes, maxBytes);
    return new ArrayBytes(bytes.toByteArray());
  }

  /**
   * Unpacks a compressed section of zlib's format in small pieces.
   *
   * @param maxBytes a larger one is refused before anything is written
   */
  public void inflateTo(ElfSection section, OutputStream target, long maxBytes) throws IOException {
    SectionInflater inflater = new SectionInflater(stored(section), header);
    checkSize(inflater.inflatedBytes(), maxBytes);
    inflater.inflateTo(target);
  }

  private static void checkSize(long bytes, long maxBytes) throws MalformedException {
    if (bytes > maxBytes) {
      throw new MalformedException("a section of " + bytes + " bytes is over " + maxBytes);
    }
  }

  private ByteSource stored(ElfSection section) throws MalformedException {
    if (!section.isStored()) {
      throw new MalformedException("the section has no bytes in this file");
    }
    return file.slice(section.offset(), section.size());
  }

  /**
   * Translates a byte of the file, such as the one at a sampled address, to its virtual address:
   * {@code offset - p_offset + p_vaddr} of the segment that holds it, an executable one where
   * several do.
   */
  public OptionalLong virtualAddress(long fileOffset) {
    return layout.virtualAddress(fileOffset);
  }

  /**
   * The virtual address of the first byte of an <em>executable</em> mapping of this file; the bias
   * of the mapping is its start minus that. The first byte alone would not do: a mapping starts at
   * a page, which may hold the end of another segment too.
   *
   * @param fileOffset of the mapping
   * @param length of the mapping in bytes
   */
  public OptionalLong virtualAddressOfCode(long fileOffset, long length) {
    return layout.virtualAddressOfCode(fileOffset, length);
  }

  /** Where in the file the byte at a virtual address is; empty when no segment stores it. */
  public OptionalLong fileOffset(long virtualAddress) {
    return layout.fileOffset(virtualAddress);
  }

  /** The bytes from a virtual address to the end of what its segment has in the file. */
  public ByteSource bytesAt(long virtualAddress) throws IOException {
    ElfSegment segment =
        layout
            .storing(virtualAddress)
            .orElseThrow(() -> new MalformedException("an address is in no segment"));
    long skipped = virtualAddress - segment.address();
    return contents(segment).slice(skipped, segment.fileSize() - skipped);
  }

  /** The GNU build ID in lower-case hex. */
  public Optional<String> buildId() throws IOException {
    return ElfNotes.buildId(this, header);
  }

  /** Name and checksum of the separate debug file; empty when the section is missing or wrong. */
  public Optional<DebugLink> debugLink() throws IOException {
    Optional<ElfSection> section = section(".gnu_debuglink");
    return section.isPresent() && isStoredInFile(section.get())
        ? DebugLink.parse(stored(section.get()), header)
        : Optional.empty();
  }

  /** True when the file has a {@code .symtab} of its own: it is not stripped. */
  public boolean hasStaticSymbols() {
    for (ElfSection section : sections) {
      if (section.type() == ElfSection.TYPE_SYMTAB
          && section.isStored()
          && section.size() > section.entrySize()) {
        return true;
      }
    }
    return false;
  }

  /** The symbols of {@code .symtab}; empty when it is missing or the file is relocatable. */
  public Optional<ElfSymbolCursor> staticSymbols() throws IOException {
    return cursor(tableOf(ElfSection.TYPE_SYMTAB));
  }

  /** The symbols of {@code .dynsym}, found as the loader does where the sections do not help. */
  public Optional<ElfSymbolCursor> dynamicSymbols() throws IOException {
    Optional<SymbolTableBytes> table;
    try {
      table = tableOf(ElfSection.TYPE_DYNSYM);
    } catch (MalformedException e) {
      table = Optional.empty();
    }
    return cursor(table.isPresent() ? table : DynamicTable.symbols(this, header));
  }

  /**
   * Looks for symbols of any type, such as variables of a runtime, in {@code .dynsym} and then
   * {@code .symtab}.
   *
   * @return those that were found, by name
   */
  public Map<String, ElfSymbol> symbolsNamed(Set<String> names) throws IOException {
    Map<String, byte[]> missing = new HashMap<>();
    names.forEach(name -> missing.put(name, name.getBytes(StandardCharsets.UTF_8)));
    Map<String, ElfSymbol> found = new HashMap<>();
    search(dynamicSymbols(), missing, found);
    if (!missing.isEmpty()) {
      search(staticSymbols(), missing, found);
    }
    return found;
  }

  private static void search(
      Optional<ElfSymbolCursor> table, Map<String, byte[]> missing, Map<String, ElfSymbol> found)
      throws IOException {
    if (table.isEmpty()) {
      return;
    }
    ElfSymbolCursor symbol = table.get();
    while (!missing.isEmpty() && symbol.next()) {
      for (Map.Entry<String, byte[]> wanted : missing.entrySet()) {
        if (symbol.isNamed(wanted.getValue())) {
          String name = wanted.getKey();
          found.put(name, new ElfSymbol(name, symbol.address(), symbol.size(), symbol.type()));
          missing.remove(name);
          break;
        }
      }
    }
  }

  private Optional<ElfSymbolCursor> cursor(Optional<SymbolTableBytes> table) {
    return header.type() == TYPE_RELOCATABLE // whose symbols are relative to sections
        ? Optional.empty()
        : table.map(bytes -> new ElfSymbolCursor(bytes, header, code));
  }

  private Optional<SymbolTableBytes> tableOf(int sectionType) throws IOException {
    for (ElfSection section : sections) {
      if (section.type() == sectionType && section.isStored()) {
        if (section.link() <= 0 || section.link() >= sections.size()) {
          throw new MalformedException("a symbol table without names");
        }
        ByteSource names = contents(sections.get(section.link()));
        return Optional.of(
            SymbolTableBytes.of(contents(section), names, section.entrySize(), header));
      }
    }
    return Optional.empty();
  }

  boolean isStoredInFile(ElfSection section) {
    return section.isStored() && isInFile(section.offset(), section.size());
  }

  boolean isStoredInFile(ElfSegment segment) {
    return isInFile(segment.offset(), segment.fileSize());
  }

  private boolean isInFile(long offset, long length) {
    return offset >= 0 && length >= 0 && length <= file.size() && offset <= file.size() - length;
  }
}
