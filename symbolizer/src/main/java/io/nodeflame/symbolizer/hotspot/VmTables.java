package io.nodeflame.symbolizer.hotspot;

import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The tables that {@code libjvm.so} exports for the serviceability agent: fields by type and name,
 * sizes of types, and constants ({@code vmStructs.hpp}; the layout of the tables themselves is told
 * by further variables beside them). Immutable.
 */
final class VmTables {
  private static final int MAX_ENTRIES = 20_000;
  private static final int MAX_NAME_BYTES = 128;
  private static final int MAX_STRIDE = 256;

  private static final String STRUCTS = "gHotSpotVMStructs";
  private static final String STRUCT_ENTRY = "gHotSpotVMStructEntry";
  private static final String TYPES = "gHotSpotVMTypes";
  private static final String TYPE_ENTRY = "gHotSpotVMTypeEntry";
  private static final String INTS = "gHotSpotVMIntConstants";
  private static final String INT_ENTRY = "gHotSpotVMIntConstantEntry";
  private static final String LONGS = "gHotSpotVMLongConstants";
  private static final String LONG_ENTRY = "gHotSpotVMLongConstantEntry";

  /** The variables to look for in {@code .dynsym}. */
  static final Set<String> SYMBOLS =
      Set.of(
          STRUCTS,
          STRUCT_ENTRY + "TypeNameOffset",
          STRUCT_ENTRY + "FieldNameOffset",
          STRUCT_ENTRY + "TypeStringOffset",
          STRUCT_ENTRY + "IsStaticOffset",
          STRUCT_ENTRY + "OffsetOffset",
          STRUCT_ENTRY + "AddressOffset",
          STRUCT_ENTRY + "ArrayStride",
          TYPES,
          TYPE_ENTRY + "TypeNameOffset",
          TYPE_ENTRY + "SizeOffset",
          TYPE_ENTRY + "ArrayStride",
          INTS,
          INT_ENTRY + "NameOffset",
          INT_ENTRY + "ValueOffset",
          INT_ENTRY + "ArrayStride",
          LONGS,
          LONG_ENTRY + "NameOffset",
          LONG_ENTRY + "ValueOffset",
          LONG_ENTRY + "ArrayStride");

  private final Map<String, VmField> fields = new HashMap<>();
  private final Map<String, Long> sizes = new HashMap<>();
  private final Map<String, Long> constants = new HashMap<>();

  private VmTables() {}

  /**
   * Reads the tables: about 2,000 entries, some 150 pages.
   *
   * @param symbols absolute addresses of the {@link #SYMBOLS} in the process
   * @throws MalformedException when a table is missing or makes no sense
   * @throws IOException when the memory cannot be read
   */
  static VmTables read(VmMemory memory, Map<String, Long> symbols) throws IOException {
    VmTables tables = new VmTables();
    Reader reader = new Reader(memory, symbols);
    tables.readFields(reader);
    tables.readSizes(reader);
    tables.readConstants(reader, INTS, INT_ENTRY, 4);
    tables.readConstants(reader, LONGS, LONG_ENTRY, 8);
    return tables;
  }

  private void readFields(Reader reader) throws IOException {
    int typeAt = reader.offset(STRUCT_ENTRY + "TypeNameOffset");
    int nameAt = reader.offset(STRUCT_ENTRY + "FieldNameOffset");
    int typeStringAt = reader.offset(STRUCT_ENTRY + "TypeStringOffset");
    int isStaticAt = reader.offset(STRUCT_ENTRY + "IsStaticOffset");
    int offsetAt = reader.offset(STRUCT_ENTRY + "OffsetOffset");
    int addressAt = reader.offset(STRUCT_ENTRY + "AddressOffset");
    reader.forEach(
        STRUCTS,
        STRUCT_ENTRY,
        typeAt,
        (entry, type) -> {
          boolean isStatic = reader.memory.i32(entry + isStaticAt) != 0;
          fields.put(
              type + "::" + reader.text(entry + nameAt),
              new VmField(
                  reader.text(entry + typeStringAt),
                  isStatic,
                  reader.memory.u64(entry + (isStatic ? addressAt : offsetAt))));
        });
  }

  private void readSizes(Reader reader) throws IOException {
    int nameAt = reader.offset(TYPE_ENTRY + "TypeNameOffset");
    int sizeAt = reader.offset(TYPE_ENTRY + "SizeOffset");
    reader.forEach(
        TYPES,
        TYPE_ENTRY,
        nameAt,
        (entry, name) -> sizes.put(name, reader.memory.u64(entry + sizeAt)));
  }

  private void readConstants(Reader reader, String table, String entryName, int width)
      throws IOException {
    int nameAt = reader.offset(entryName + "NameOffset");
    int valueAt = reader.offset(entryName + "ValueOffset");
    reader.forEach(
        table,
        entryName,
        nameAt,
        (entry, name) -> {
          long value = reader.memory.number(entry + valueAt, width);
          constants.put(name, width == 4 ? (int) value : value);
        });
  }

  Optional<VmField> field(String key) {
    return Optional.ofNullable(fields.get(key));
  }

  OptionalLong size(String type) {
    Long size = sizes.get(type);
    return size == null ? OptionalLong.empty() : OptionalLong.of(size);
  }

  OptionalLong constant(String name) {
    Long value = constants.get(name);
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  private interface EntryConsumer {
    void accept(long entry, String name) throws IOException;
  }

  /** Goes over one table after the other; names that many entries share are read once. */
  private static final class Reader {
    private final VmMemory memory;
    private final Map<String, Long> symbols;
    private final Map<Long, String> texts = new HashMap<>();

    Reader(VmMemory memory, Map<String, Long> symbols) {
      this.memory = memory;
      this.symbols = symbols;
    }

    private long variable(String symbol) throws IOException {
      Long address = symbols.get(symbol);
      if (address == null) {
        throw new MalformedException("libjvm.so does not export " + symbol);
      }
      return memory.u64(address);
    }

    int offset(String symbol) throws IOException {
      long value = variable(symbol);
      if (value < 0 || value > MAX_STRIDE) {
        throw new MalformedException(symbol + " is " + value);
      }
      return (int) value;
    }

    String text(long at) throws IOException {
      long address = memory.u64(at);
      String known = texts.get(address);
      if (known == null) {
        known = address == 0 ? "" : memory.cString(address, MAX_NAME_BYTES);
        texts.put(address, known);
      }
      return known;
    }

    void forEach(String table, String entryName, int nameAt, EntryConsumer consumer)
        throws IOException {
      long entry = variable(table);
      int stride = offset(entryName + "ArrayStride");
      if (stride == 0) {
        throw new MalformedException(entryName + "ArrayStride is 0");
      }
      for (int count = 0; memory.u64(entry + nameAt) != 0; count++, entry += stride) {
        if (count == MAX_ENTRIES) {
          throw new MalformedException(table + " has no end");
        }
        consumer.accept(entry, text(entry + nameAt));
      }
    }
  }
}
