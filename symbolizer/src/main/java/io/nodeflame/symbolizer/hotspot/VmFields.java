package io.nodeflame.symbolizer.hotspot;

import java.util.Optional;

/**
 * Finds fields in the tables by the names they had in one version or another: which field exists
 * decides, not the version's number. Offsets are checked here, so that nobody reads far off.
 */
final class VmFields {
  /** No object has a field of interest farther from its start. */
  private static final long MAX_OFFSET = 64 * 1024;

  private static final long MAX_SIZE = 64 * 1024;

  private final VmTables tables;
  private final long bias;

  /**
   * @param bias of {@code libjvm.so} in the process that the tables were read from
   */
  VmFields(VmTables tables, long bias) {
    this.tables = tables;
    this.bias = bias;
  }

  /** The offset of the first of the fields that exists. */
  int offset(String... keys) throws UnsupportedVmException {
    return scalar(keys).offset();
  }

  boolean has(String key) {
    return tables.field(key).isPresent();
  }

  /** The first of the fields that exists. */
  VmScalar scalar(String... keys) throws UnsupportedVmException {
    for (String key : keys) {
      Optional<VmField> field = tables.field(key);
      if (field.isPresent() && !field.get().isStatic()) {
        return new VmScalar(checked(key, field.get().location()), width(field.get().type()));
      }
    }
    throw new UnsupportedVmException("its tables lack " + String.join(" and ", keys));
  }

  /** Address of a static field, less the bias: the same in every process of this file. */
  long staticOffset(String key) throws UnsupportedVmException {
    Optional<VmField> field = tables.field(key);
    if (field.isEmpty() || !field.get().isStatic()) {
      throw new UnsupportedVmException("its tables lack " + key);
    }
    return field.get().location() - bias;
  }

  /** Bytes of an object. */
  int size(String type) throws UnsupportedVmException {
    long size = tables.size(type).orElse(0);
    if (size <= 0 || size > MAX_SIZE) {
      throw new UnsupportedVmException(type + " has " + size + " bytes");
    }
    return (int) size;
  }

  /** The first of the constants that exists, else the given value. */
  long constant(long otherwise, String... names) {
    for (String name : names) {
      if (tables.constant(name).isPresent()) {
        return tables.constant(name).getAsLong();
      }
    }
    return otherwise;
  }

  private static int checked(String key, long offset) throws UnsupportedVmException {
    if (offset < 0 || offset > MAX_OFFSET) {
      throw new UnsupportedVmException(key + " is at offset " + offset);
    }
    return (int) offset;
  }

  /** Of HotSpot's names for numbers; whatever else there is, is a pointer. */
  private static int width(String type) {
    return switch (type) {
      case "u1", "bool", "uint8_t", "int8_t", "CodeBlobKind", "CompLevel", "unsigned char" -> 1;
      case "u2", "jshort", "jushort", "int16_t", "uint16_t", "unsigned short", "short" -> 2;
      case "int",
          "uint",
          "jint",
          "juint",
          "u4",
          "int32_t",
          "uint32_t",
          "unsigned int",
          "const uint" ->
          4;
      default -> 8;
    };
  }
}
