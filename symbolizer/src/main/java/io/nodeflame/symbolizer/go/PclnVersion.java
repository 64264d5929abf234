package io.nodeflame.symbolizer.go;

import java.util.Optional;

/**
 * Generations of the table's layout, told apart by the first four bytes. Numbers are those of Go's
 * {@code internal/abi} and {@code debug/gosym}.
 */
enum PclnVersion {
  GO_1_2(0xffff_fffb),
  GO_1_16(0xffff_fffa),
  GO_1_18(0xffff_fff0),
  GO_1_20(0xffff_fff1);

  /** Constant copy, since {@link #values()} makes a new array and the scan asks often. */
  private static final PclnVersion[] ALL = values();

  private final int magic;

  PclnVersion(int magic) {
    this.magic = magic;
  }

  static Optional<PclnVersion> ofMagic(int magic) {
    for (PclnVersion version : ALL) {
      if (version.magic == magic) {
        return Optional.of(version);
      }
    }
    return Optional.empty();
  }

  int magic() {
    return magic;
  }

  /** Names, files and pc-value tables are parts of their own, each with an offset in the header. */
  boolean hasParts() {
    return compareTo(GO_1_16) >= 0;
  }

  /** Function entries are 32-bit distances from the start of the text, not pointers. */
  boolean hasRelativeEntries() {
    return compareTo(GO_1_18) >= 0;
  }
}
