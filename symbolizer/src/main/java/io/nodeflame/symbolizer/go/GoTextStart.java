package io.nodeflame.symbolizer.go;

import io.nodeflame.symbolizer.bytes.ByteReader;
import io.nodeflame.symbolizer.bytes.ByteSource;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * Finds the address that entries of a Go function table count from, when the table's header does
 * not hold it: always from Go 1.26 on, and before that in position-independent files whose
 * relocations are not applied.
 *
 * <p>It is the symbol {@code runtime.text}. In a file without symbols it is in Go's {@code
 * moduledata}, whose first word is the table's address: section {@code .go.module} from 1.26 on,
 * before that somewhere in {@code .noptrdata} or {@code .data}. Where the words of moduledata are
 * left to relocations and are zero in the file, the relocations have it. The start of section
 * {@code .text} is right only for files that Go's own linker made: with cgo the C start code comes
 * first.
 */
public final class GoTextStart {
  /** Words of {@code moduledata} in Go 1.18 to 1.26 ({@code runtime/symtab.go}). */
  private static final int NAMES_WORD = 1;

  private static final int FUNCTAB_LENGTH_WORD = 17;
  private static final int MIN_PC_WORD = 20;
  private static final int MAX_PC_WORD = 21;
  private static final int TEXT_WORD = 22;

  /** The largest programs have a tenth of it; threads wait for the scan. */
  private static final long MAX_SCAN_BYTES = 32L << 20;

  /** ELF64 {@code Rela}: offset, type and symbol, addend. */
  private static final int RELA_BYTES = 24;

  private static final int MAX_CANDIDATES = 8;

  /** Programs have one or two words with the table's address. */
  private static final int MAX_MODULE_CANDIDATES = 1024;

  private final PclnHeader header;
  private final long tableAddress;

  private GoTextStart(PclnHeader header, long tableAddress) {
    this.header = header;
    this.tableAddress = tableAddress;
  }

  /** Whether the table's own header does not say it, and entries count from it. */
  public static boolean isNeeded(ByteSource table) throws IOException {
    PclnHeader header = new PclnHeader(table);
    return header.version.hasRelativeEntries() && header.textStart == 0;
  }

  /**
   * Looks for the moduledata of a table.
   *
   * @param table the function table
   * @param tableAddress virtual address of the table
   * @param data section {@code .go.module}, or any section or memory that may hold moduledata; the
   *     first 32 MiB are searched. Its first byte is at a multiple of the pointer size.
   * @return empty when it is not there, or the table is older than 1.18 and has no need of it
   */
  public static OptionalLong inModule(ByteSource table, long tableAddress, ByteSource data)
      throws IOException {
    PclnHeader header = new PclnHeader(table);
    return header.version.hasRelativeEntries()
        ? new GoTextStart(header, tableAddress).searchModule(data)
        : OptionalLong.empty();
  }

  /**
   * Looks for the moduledata of a table among relocations.
   *
   * @param table the function table of a 64-bit file
   * @param tableAddress virtual address of the table
   * @param relocations section {@code .rela.dyn}, or {@code .rela} as Go's linker names it; the
   *     first 32 MiB are searched
   * @return empty when it is not there, or the table is older than 1.18 and has no need of it
   */
  public static OptionalLong inRelocations(
      ByteSource table, long tableAddress, ByteSource relocations) throws IOException {
    PclnHeader header = new PclnHeader(table);
    return header.version.hasRelativeEntries() && header.pointerBytes == 8
        ? new GoTextStart(header, tableAddress).searchRelocations(relocations)
        : OptionalLong.empty();
  }

  private OptionalLong searchModule(ByteSource data) throws IOException {
    Words words = new Words(data, header.order, header.pointerBytes);
    int candidates = 0;
    for (long word = 0; word + TEXT_WORD < words.count(); word++) {
      if (words.get(word) != tableAddress) {
        continue;
      }
      if (++candidates > MAX_MODULE_CANDIDATES) {
        return OptionalLong.empty();
      }
      if (isModule(words, word)) {
        return OptionalLong.of(words.get(word + TEXT_WORD));
      }
    }
    return OptionalLong.empty();
  }

  private boolean isModule(Words words, long first) throws IOException {
    long text = words.get(first + TEXT_WORD);
    long minPc = words.get(first + MIN_PC_WORD);
    return words.get(first + NAMES_WORD) == tableAddress + header.names
        && words.get(first + FUNCTAB_LENGTH_WORD) == header.functions + 1L
        && text != 0
        && Long.compareUnsigned(text, minPc) <= 0
        && Long.compareUnsigned(minPc, words.get(first + MAX_PC_WORD)) < 0;
  }

  private OptionalLong searchRelocations(ByteSource relocations) throws IOException {
    Words words = new Words(relocations, header.order, RELA_BYTES / 3);
    long[] candidates = new long[MAX_CANDIDATES];
    int count = 0;
    for (long word = 0; word + 2 < words.count() && count < MAX_CANDIDATES; word += 3) {
      if (words.get(word + 2) == tableAddress) {
        candidates[count++] = words.get(word);
      }
    }
    return count == 0 ? OptionalLong.empty() : textOf(words, Arrays.copyOf(candidates, count));
  }

  /** One more pass for all candidates: a hostile file has as many as fit. */
  private OptionalLong textOf(Words words, long[] candidates) throws IOException {
    long[] names = new long[candidates.length];
    long[] texts = new long[candidates.length];
    for (long word = 0; word + 2 < words.count(); word += 3) {
      long address = words.get(word);
      for (int i = 0; i < candidates.length; i++) {
        if (address == candidates[i] + 8L * NAMES_WORD) {
          names[i] = words.get(word + 2);
        } else if (address == candidates[i] + 8L * TEXT_WORD) {
          texts[i] = words.get(word + 2);
        }
      }
    }
    for (int i = 0; i < candidates.length; i++) {
      if (texts[i] != 0 && names[i] == tableAddress + header.names) {
        return OptionalLong.of(texts[i]);
      }
    }
    return OptionalLong.empty();
  }

  /** Bytes as words of one size. */
  private static final class Words {
    private final ByteReader reader;
    private final int wordBytes;
    private final long count;

    Words(ByteSource bytes, ByteOrder order, int wordBytes) {
      this.reader = new ByteReader(bytes, order);
      this.wordBytes = wordBytes;
      this.count = Math.min(bytes.size(), MAX_SCAN_BYTES) / wordBytes;
    }

    long count() {
      return count;
    }

    long get(long index) throws IOException {
      return wordBytes == 8 ? reader.u64(8 * index) : reader.u32(4 * index);
    }
  }
}
