package io.nodeflame.symbolizer.elf;

import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Goes over the defined and named symbols of one table, without an object per symbol. The accessors
 * speak of the symbol at which the last {@link #next()} or {@link #nextFunction()} stopped. Not for
 * two threads at once.
 */
public final class ElfSymbolCursor {
  /** Longer names are cut there. Those of deep C++ templates reach some KiB. */
  public static final int MAX_NAME_BYTES = 16 * 1024;

  /**
   * All names of a table together: entries may share one long name, which costs nothing to write.
   */
  private static final long MAX_NAMES_BYTES = 512L << 20;

  private static final int BINDING_LOCAL = 0;
  private static final int SECTION_UNDEFINED = 0;
  private static final int SECTION_ABSOLUTE = 0xfff1;

  private final ElfWords words;
  private final boolean wide;
  private final StringTable names;
  private final ExecutableRanges code;
  private final int entryBytes;
  private final int count;
  private final byte[] name = new byte[MAX_NAME_BYTES];

  private int index;
  private int bits;
  private int sectionIndex;
  private long address;
  private long size;
  private long limit;
  private int nameLength;
  private long namesBytes;

  ElfSymbolCursor(SymbolTableBytes table, ElfHeader header, ExecutableRanges code) {
    this.words = new ElfWords(table.symbols(), header.order(), header.wide());
    this.wide = header.wide();
    this.names = new StringTable(table.names());
    this.code = code;
    this.entryBytes = table.entryBytes();
    this.count = table.count();
    this.index = 0; // entry 0 is reserved, and next() steps over it
  }

  /** Steps to the next symbol of any type but section and file; false at the end. */
  public boolean next() throws IOException {
    while (step()) {
      if (readName()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Steps to the next function: a symbol of a function type, or one of no type, in an executable
   * section, that is no marker of an assembler ({@code $x}, {@code .L1}). False at the end.
   */
  public boolean nextFunction() throws IOException {
    while (step()) {
      if (mayBeFunction() && readName() && !isMarker()) {
        return true;
      }
    }
    return false;
  }

  public long address() {
    return address;
  }

  /** Bytes; 0 when the file does not say. */
  public long size() {
    return size;
  }

  /** End of the executable section that holds the address; 0 when none does. */
  public long limit() {
    return limit;
  }

  /** {@code ELF_ST_TYPE}; the constants are with {@link ElfSymbol}. */
  public int type() {
    return bits & 0xf;
  }

  public boolean isLocal() {
    return bits >> 4 == BINDING_LOCAL;
  }

  /** The name's bytes, of which {@link #nameLength()} count; overwritten by the next step. */
  public byte[] nameBytes() {
    return name;
  }

  public int nameLength() {
    return nameLength;
  }

  /** A new string with the name. */
  public String name() {
    return new String(name, 0, nameLength, StandardCharsets.UTF_8);
  }

  boolean isNamed(byte[] wanted) {
    return Arrays.equals(name, 0, nameLength, wanted, 0, wanted.length);
  }

  private boolean step() throws IOException {
    while (++index < count) {
      long at = (long) index * entryBytes;
      bits = words.u8(at + (wide ? 4 : 12));
      sectionIndex = words.half(at + (wide ? 6 : 14));
      if (sectionIndex == SECTION_UNDEFINED
          || type() == ElfSymbol.TYPE_SECTION
          || type() == ElfSymbol.TYPE_FILE) {
        continue;
      }
      address = words.word(at + (wide ? 8 : 4));
      size = words.word(at + (wide ? 16 : 8));
      limit = code.endAround(address);
      return true;
    }
    return false;
  }

  private boolean readName() throws IOException {
    nameLength = names.copyName(words.u32((long) index * entryBytes), name);
    namesBytes += nameLength;
    if (namesBytes > MAX_NAMES_BYTES) {
      throw new MalformedException("more than " + MAX_NAMES_BYTES + " bytes of symbol names");
    }
    nameLength = lengthWithoutVersion();
    return nameLength > 0;
  }

  private boolean mayBeFunction() {
    return limit != 0
        && sectionIndex != SECTION_ABSOLUTE
        && (type() == ElfSymbol.TYPE_FUNCTION
            || type() == ElfSymbol.TYPE_GNU_IFUNC
            || type() == ElfSymbol.TYPE_NONE);
  }

  private boolean isMarker() {
    if (name[0] == '$') { // $a, $d, $t, $x, also as "$x.1": state of ARM and RISC-V disassemblers
      return nameLength == 2 || (nameLength > 2 && (name[2] == '.' || type() == 0));
    }
    return nameLength > 2 && name[0] == '.' && name[1] == 'L';
  }

  /**
   * Linkers write {@code memcpy@@GLIBC_2.14} into {@code .symtab}. Only plain identifiers have
   * versions: Go's names may hold any character.
   */
  private int lengthWithoutVersion() {
    int at = -1;
    for (int i = 0; i < nameLength; i++) {
      byte c = name[i];
      if (c == '@') {
        if (at >= 0 && at != i - 1) {
          return nameLength;
        }
        at = at < 0 ? i : at;
      } else if (!isIdentifierPart(c)) {
        return nameLength;
      }
    }
    return at > 0 ? at : nameLength;
  }

  private static boolean isIdentifierPart(byte c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '.'
        || c == '$';
  }
}
