package io.nodeflame.symbolizer.elf;

import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Finds the dynamic symbols the way the loader does, for files without section headers. The dynamic
 * section does not say how many symbols there are; the hash tables do.
 */
final class DynamicTable {
  private static final int MAX_ENTRIES = 1024;
  private static final int TAG_HASH = 4;
  private static final int TAG_STRTAB = 5;
  private static final int TAG_SYMTAB = 6;
  private static final int TAG_STRSZ = 10;
  private static final int TAG_SYMENT = 11;
  private static final int TAG_GNU_HASH = 0x6fff_fef5;

  private final ElfFile elf;
  private final ElfHeader header;
  private long hash;
  private long gnuHash;
  private long symbols;
  private long entryBytes;
  private long names;
  private long namesBytes;

  private DynamicTable(ElfFile elf, ElfHeader header) {
    this.elf = elf;
    this.header = header;
  }

  static Optional<SymbolTableBytes> symbols(ElfFile elf, ElfHeader header) throws IOException {
    Optional<ElfSegment> dynamic = elf.segment(ElfSegment.TYPE_DYNAMIC);
    if (dynamic.isEmpty() || dynamic.get().fileSize() == 0) {
      return Optional.empty();
    }
    DynamicTable table = new DynamicTable(elf, header);
    table.read(words(elf.contents(dynamic.get()), header), dynamic.get().fileSize());
    return table.symbols();
  }

  private void read(ElfWords words, long size) throws IOException {
    int width = words.width();
    long count = Math.min(size / (2L * width), MAX_ENTRIES);
    for (long at = 0; at < count * 2 * width; at += 2L * width) {
      long value = words.word(at + width);
      switch (words.i32(tagAt(at, width))) {
        case 0 -> {
          return;
        }
        case TAG_HASH -> hash = value;
        case TAG_STRTAB -> names = value;
        case TAG_SYMTAB -> symbols = value;
        case TAG_STRSZ -> namesBytes = value;
        case TAG_SYMENT -> entryBytes = value;
        case TAG_GNU_HASH -> gnuHash = value;
        default -> {}
      }
    }
  }

  /** All tags of interest fit the low half of {@code d_tag}. */
  private long tagAt(long entry, int width) {
    return entry + (header.order() == ByteOrder.BIG_ENDIAN ? width - 4 : 0);
  }

  private Optional<SymbolTableBytes> symbols() throws IOException {
    if (symbols == 0 || names == 0 || (hash == 0 && gnuHash == 0)) {
      return Optional.empty();
    }
    long count = hash != 0 ? words(elf.bytesAt(hash), header).u32(4) : countOfGnuHash();
    if (count > SymbolTableBytes.MAX_ENTRIES || entryBytes <= 0 || entryBytes > 1024) {
      throw new MalformedException("dynamic symbol table of " + count + " x " + entryBytes);
    }
    ByteSource table = elf.bytesAt(symbols).slice(0, count * entryBytes);
    ByteSource strings = elf.bytesAt(names).slice(0, namesBytes);
    return Optional.of(SymbolTableBytes.of(table, strings, entryBytes, header));
  }

  /** The last symbol is the end of the chain of the highest bucket; its hash has bit 0 set. */
  private long countOfGnuHash() throws IOException {
    ByteSource bytes = elf.bytesAt(gnuHash);
    ElfWords words = words(bytes, header);
    long bucketCount = words.u32(0);
    long firstHashed = words.u32(4);
    long buckets = 16 + words.u32(8) * words.width();
    long chains = buckets + 4 * bucketCount;
    if (bucketCount > SymbolTableBytes.MAX_ENTRIES || chains > bytes.size()) {
      throw new MalformedException("hash table is larger than its segment");
    }
    long last = 0;
    for (long i = 0; i < bucketCount; i++) {
      last = Math.max(last, words.u32(buckets + 4 * i));
    }
    if (last < firstHashed) {
      return firstHashed;
    }
    while ((words.i32(chains + 4 * (last - firstHashed)) & 1) == 0) {
      last++;
      if (last > SymbolTableBytes.MAX_ENTRIES) {
        throw new MalformedException("hash chain without an end");
      }
    }
    return last + 1;
  }

  private static ElfWords words(ByteSource bytes, ElfHeader header) {
    return new ElfWords(bytes, header.order(), header.wide());
  }
}
