package io.nodeflame.symbolizer.hotspot;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A Java machine in {@link FakeMemory}: its exported tables, as a file of the layouts beside this
 * class says, and objects by their fields' names. The tables' own layout is that of JDK 17 and 25.
 */
final class FakeVm {
  static final long BIAS = 0x7f00_0000_0000L;

  private static final int STRUCT_BYTES = 48;
  private static final int TYPE_BYTES = 40;
  private static final int CONSTANT_BYTES = 16;

  private record Field(String type, boolean isStatic, long location) {}

  final FakeMemory memory = new FakeMemory(BIAS + 0x1000);
  private final Map<String, Field> fields = new LinkedHashMap<>();
  private final Map<String, Integer> sizes = new LinkedHashMap<>();
  private final Map<String, Long> constants = new LinkedHashMap<>();
  private final Map<String, Long> symbols = new HashMap<>();

  FakeVm(String layout) throws IOException {
    for (String line : read(layout)) {
      String[] words = line.split(" ", -1);
      switch (words[0]) {
        case "F" -> fields.put(words[1], new Field(cType(words[2]), false, parse(words[3])));
        case "S" -> fields.put(words[1], new Field(words[2], true, memory.allocate(8)));
        case "T" -> sizes.put(words[1], (int) parse(words[2]));
        case "C" -> constants.put(words[1], parse(words[2]));
        default -> throw new IOException("a line of no kind: " + line);
      }
    }
    exportTables();
  }

  private static long parse(String number) {
    return Long.parseLong(number);
  }

  private static List<String> read(String layout) throws IOException {
    try (InputStream in = FakeVm.class.getResourceAsStream(layout + ".txt")) {
      if (in == null) {
        throw new IOException("no layout " + layout);
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
    }
  }

  boolean has(String field) {
    return fields.containsKey(field);
  }

  int offset(String field) {
    return (int) fields.get(field).location();
  }

  /** Address of a static field. */
  long location(String field) {
    return fields.get(field).location();
  }

  int size(String type) {
    return sizes.get(type);
  }

  /** Writes a field of an object, as wide as its type is. */
  void put(long object, String field, long value) {
    Field found = fields.get(field);
    memory.put(object + found.location(), width(found.type()), value);
  }

  void putStatic(String field, long value) {
    memory.put(fields.get(field).location(), 8, value);
  }

  private static int width(String type) {
    return switch (type) {
      case "u1", "CodeBlobKind", "CompLevel", "jbyte" -> 1;
      case "u2", "int16_t", "unsigned short" -> 2;
      case "int", "u4", "unsigned int", "const uint", "pid_t", "OSThread::thread_id_t" -> 4;
      default -> 8;
    };
  }

  /** As {@code .dynsym} has them: without the bias. */
  Map<String, Long> symbols() {
    return symbols;
  }

  private void export(String symbol, long value) {
    long variable = memory.allocate(8);
    memory.put(variable, 8, value);
    symbols.put(symbol, variable - BIAS);
  }

  private void exportTables() {
    long structs = memory.allocate(STRUCT_BYTES * (fields.size() + 1));
    int at = 0;
    for (Map.Entry<String, Field> field : fields.entrySet()) {
      long entry = structs + STRUCT_BYTES * (long) at++;
      int colons = field.getKey().lastIndexOf("::");
      memory.put(entry, 8, memory.text(field.getKey().substring(0, colons)));
      memory.put(entry + 8, 8, memory.text(field.getKey().substring(colons + 2)));
      memory.put(entry + 16, 8, memory.text(field.getValue().type()));
      memory.put(entry + 24, 4, field.getValue().isStatic() ? 1 : 0);
      memory.put(entry + (field.getValue().isStatic() ? 40 : 32), 8, field.getValue().location());
    }
    export("gHotSpotVMStructs", structs);
    export("gHotSpotVMStructEntryTypeNameOffset", 0);
    export("gHotSpotVMStructEntryFieldNameOffset", 8);
    export("gHotSpotVMStructEntryTypeStringOffset", 16);
    export("gHotSpotVMStructEntryIsStaticOffset", 24);
    export("gHotSpotVMStructEntryOffsetOffset", 32);
    export("gHotSpotVMStructEntryAddressOffset", 40);
    export("gHotSpotVMStructEntryArrayStride", STRUCT_BYTES);
    long types = memory.allocate(TYPE_BYTES * (sizes.size() + 1));
    at = 0;
    for (Map.Entry<String, Integer> size : sizes.entrySet()) {
      long entry = types + TYPE_BYTES * (long) at++;
      memory.put(entry, 8, memory.text(size.getKey()));
      memory.put(entry + 32, 8, size.getValue());
    }
    export("gHotSpotVMTypes", types);
    export("gHotSpotVMTypeEntryTypeNameOffset", 0);
    export("gHotSpotVMTypeEntrySizeOffset", 32);
    export("gHotSpotVMTypeEntryArrayStride", TYPE_BYTES);
    exportConstants("Int", new ArrayList<>(constants.entrySet()));
    exportConstants("Long", List.of());
  }

  /** The layout files have {@code _} for the blanks of a type. */
  private static String cType(String type) {
    return switch (type) {
      case "unsigned_short", "unsigned_int", "const_uint", "const_char*" -> type.replace('_', ' ');
      default -> type;
    };
  }

  private void exportConstants(String kind, List<Map.Entry<String, Long>> entries) {
    long table = memory.allocate(CONSTANT_BYTES * (entries.size() + 1));
    for (int i = 0; i < entries.size(); i++) {
      memory.put(table + CONSTANT_BYTES * (long) i, 8, memory.text(entries.get(i).getKey()));
      memory.put(table + CONSTANT_BYTES * (long) i + 8, 4, entries.get(i).getValue());
    }
    export("gHotSpotVM" + kind + "Constants", table);
    export("gHotSpotVM" + kind + "ConstantEntryNameOffset", 0);
    export("gHotSpotVM" + kind + "ConstantEntryValueOffset", 8);
    export("gHotSpotVM" + kind + "ConstantEntryArrayStride", CONSTANT_BYTES);
  }
}
