package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.callframe.CallFrameTable;
import io.nodeflame.symbolizer.callframe.FrameMachine;
import io.nodeflame.symbolizer.callframe.FrameSection;
import io.nodeflame.symbolizer.elf.ElfFile;
import io.nodeflame.symbolizer.elf.ElfSection;
import java.io.IOException;
import java.util.Optional;

/** Opens the call frame entries of an ELF file that has them. */
final class CallFrames {
  /** Larger sections without an index are not searched: that takes time and memory. */
  private static final int MAX_UNINDEXED_BYTES = 256 * 1024;

  /** Encodings in {@code .eh_frame_hdr} as every linker writes them: version, pointer, u32, ... */
  private static final int VERSION = 1;

  private static final int COUNT_U32 = 0x03;
  private static final int TABLE_RELATIVE_S32 = 0x3b;

  private CallFrames() {}

  static Optional<CallFrameTable> find(ElfFile elf) throws IOException {
    Optional<FrameMachine> machine = machine(elf);
    Optional<ElfSection> frames = elf.section(".eh_frame");
    if (machine.isEmpty() || frames.isEmpty() || !frames.get().isStored()) {
      return Optional.empty();
    }
    FrameSection entries = section(elf, frames.get());
    Optional<ElfSection> header = elf.section(".eh_frame_hdr").filter(ElfSection::isStored);
    boolean isIndexed = header.isPresent() && isIndex(elf, header.get());
    if (!isIndexed && frames.get().size() > MAX_UNINDEXED_BYTES) {
      return Optional.empty();
    }
    return Optional.of(
        header.isPresent() && isIndexed
            ? CallFrameTable.ofEhFrame(section(elf, header.get()), entries, machine.get())
            : CallFrameTable.ofEhFrame(entries, machine.get()));
  }

  private static boolean isIndex(ElfFile elf, ElfSection header) throws IOException {
    byte[] start = new byte[12];
    ByteSource bytes = elf.contents(header);
    if (bytes.size() < start.length) {
      return false;
    }
    bytes.read(0, start, 0, start.length);
    boolean isEmpty = (start[8] | start[9] | start[10] | start[11]) == 0;
    return start[0] == VERSION
        && start[2] == COUNT_U32
        && start[3] == TABLE_RELATIVE_S32
        && !isEmpty;
  }

  private static FrameSection section(ElfFile elf, ElfSection section) throws IOException {
    return new FrameSection(elf.contents(section), section.address());
  }

  private static Optional<FrameMachine> machine(ElfFile elf) {
    return switch (elf.machine()) {
      case ElfFile.MACHINE_X86_64 ->
          elf.is64Bit() ? Optional.of(FrameMachine.X86_64) : Optional.empty();
      case ElfFile.MACHINE_AARCH64 -> Optional.of(FrameMachine.AARCH64);
      default -> Optional.empty();
    };
  }
}
