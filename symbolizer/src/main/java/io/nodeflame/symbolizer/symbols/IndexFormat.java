package io.nodeflame.symbolizer.symbols;

/**
 * Layout of an index file, little endian: this header, the names (each with a zero byte behind it),
 * zeros up to a multiple of 8, then the entries sorted by start.
 */
final class IndexFormat {
  static final long MAGIC = 0x31_58_44_49_4d_59_53_4eL; // "NSYMIDX1"
  static final int VERSION = 1;

  static final int MAGIC_AT = 0; // u64
  static final int VERSION_AT = 8; // u32
  static final int COMPLETE_AT = 12; // u32: 1 when the symbols came from a .symtab
  static final int COUNT_AT = 16; // u32 entries
  static final int CRC_AT = 20; // u32: CRC-32 of everything behind the header, then of the header
  static final int ENTRIES_AT = 24; // u64: where the entries begin
  static final int HEADER_BYTES = 32;

  static final int START_AT = 0; // u64 virtual address
  static final int SIZE_AT = 8; // u32 bytes, never 0
  static final int NAME_AT = 12; // u32 offset in the file
  static final int PARENT_AT = 16; // i32 entry that may cover what this one does not, or -1
  static final int ENTRY_BYTES = 24; // 4 spare

  /** How far a lookup follows parents. */
  static final int MAX_NESTING = 64;

  private IndexFormat() {}
}
