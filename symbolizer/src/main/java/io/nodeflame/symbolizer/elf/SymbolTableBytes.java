package io.nodeflame.symbolizer.elf;

import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.bytes.MalformedException;

/**
 * Where one symbol table is.
 *
 * @param symbols whole entries
 * @param names the string table that belongs to it
 * @param entryBytes distance of two entries
 */
record SymbolTableBytes(ByteSource symbols, ByteSource names, int entryBytes) {
  /** Entries that are looked at in one table, of any type; more is refused. */
  static final int MAX_ENTRIES = 16_000_000;

  private static final int MAX_ENTRY_BYTES = 1024;

  static SymbolTableBytes of(
      ByteSource symbols, ByteSource names, long entryBytes, ElfHeader header)
      throws MalformedException {
    if (entryBytes < (header.wide() ? 24 : 16) || entryBytes > MAX_ENTRY_BYTES) {
      throw new MalformedException("symbols of " + entryBytes + " bytes");
    }
    if (symbols.size() / entryBytes > MAX_ENTRIES) {
      throw new MalformedException("more than " + MAX_ENTRIES + " symbols");
    }
    return new SymbolTableBytes(symbols, names, (int) entryBytes);
  }

  int count() {
    return (int) (symbols.size() / entryBytes);
  }
}
