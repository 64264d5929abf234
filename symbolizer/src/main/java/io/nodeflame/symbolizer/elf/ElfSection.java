package io.nodeflame.symbolizer.elf;

/**
 * One section header. Numbers are as the file says them: check before use, or let {@link
 * ElfFile#contents(ElfSection)} check.
 *
 * @param name from the section name table, empty when that is missing or wrong
 * @param type {@code sh_type}
 * @param flags {@code sh_flags}
 * @param address virtual address, 0 when not loaded
 * @param offset bytes from the start of the file
 * @param size bytes
 * @param link index of the section it refers to
 * @param entrySize bytes of one entry of a table, else 0
 */
public record ElfSection(
    String name,
    int type,
    long flags,
    long address,
    long offset,
    long size,
    int link,
    long entrySize) {
  public static final int TYPE_SYMTAB = 2;
  public static final int TYPE_NOTE = 7;
  public static final int TYPE_NOBITS = 8;
  public static final int TYPE_DYNSYM = 11;

  private static final long FLAG_ALLOC = 0x2;
  private static final long FLAG_EXECUTABLE = 0x4;
  private static final long FLAG_COMPRESSED = 0x800;

  /** True for sections that are loaded and hold code. */
  public boolean isExecutable() {
    return (flags & (FLAG_ALLOC | FLAG_EXECUTABLE)) == (FLAG_ALLOC | FLAG_EXECUTABLE);
  }

  public boolean isCompressed() {
    return (flags & FLAG_COMPRESSED) != 0;
  }

  /** False for {@code SHT_NOBITS}: all sections of code in a separate debug file. */
  public boolean isStored() {
    return type != TYPE_NOBITS;
  }
}
