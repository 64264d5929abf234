package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.elf.ElfFile;
import io.nodeflame.symbolizer.elf.ElfSection;
import io.nodeflame.symbolizer.go.GoTextStart;
import io.nodeflame.symbolizer.go.PclnTable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Opens the Go function table of an ELF file that has one. */
final class GoTables {
  private static final List<String> TABLE_SECTIONS =
      List.of(".gopclntab", ".data.rel.ro.gopclntab");

  /** Where moduledata is, from the newest Go to older ones. */
  private static final List<String> MODULE_SECTIONS = List.of(".go.module", ".noptrdata", ".data");

  private static final List<String> RELOCATION_SECTIONS = List.of(".rela.dyn", ".rela");

  private GoTables() {}

  /** Whether the file has a section of a table's name. */
  static boolean isIn(ElfFile elf) {
    return TABLE_SECTIONS.stream().anyMatch(name -> elf.section(name).isPresent());
  }

  static Optional<PclnTable> find(ElfFile elf) throws IOException {
    for (String name : TABLE_SECTIONS) {
      Optional<ElfSection> section = elf.section(name);
      if (section.isPresent()) {
        ByteSource table = elf.contents(section.get());
        long textStart =
            GoTextStart.isNeeded(table) ? textStart(elf, table, section.get().address()) : 0;
        return Optional.of(PclnTable.open(table, textStart));
      }
    }
    return Optional.empty();
  }

  private static long textStart(ElfFile elf, ByteSource table, long address) throws IOException {
    for (String name : MODULE_SECTIONS) {
      Optional<ElfSection> section = elf.section(name);
      if (section.isPresent() && section.get().isStored()) {
        OptionalLong start = GoTextStart.inModule(table, address, elf.contents(section.get()));
        if (start.isPresent()) {
          return start.getAsLong();
        }
      }
    }
    for (String name : RELOCATION_SECTIONS) {
      Optional<ElfSection> section = elf.section(name);
      if (section.isPresent() && section.get().isStored()) {
        OptionalLong start = GoTextStart.inRelocations(table, address, elf.contents(section.get()));
        if (start.isPresent()) {
          return start.getAsLong();
        }
      }
    }
    return elf.section(".text").map(ElfSection::address).orElse(0L);
  }
}
