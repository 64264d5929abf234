package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.callframe.CallFrameTable;
import io.nodeflame.symbolizer.callframe.FrameMachine;
import io.nodeflame.symbolizer.callframe.FrameSection;
import io.nodeflame.symbolizer.elf.ElfFile;
import io.nodeflame.symbolizer.elf.ElfSection;
import java.io.IOException;
import java.util.Optional;

/** Opens the call frame entries of an ELF file that has them. */
final class CallFrames {
  private CallFrames() {}

  static Optional<CallFrameTable> find(ElfFile elf) throws IOException {
    Optional<FrameMachine> machine = machine(elf);
    Optional<ElfSection> frames = elf.section(".eh_frame");
    if (machine.isEmpty() || frames.isEmpty() || !frames.get().isStored()) {
      return Optional.empty();
    }
    FrameSection entries = section(elf, frames.get());
    Optional<ElfSection> header = elf.section(".eh_frame_hdr");
    return Optional.of(
        header.isPresent()
            ? CallFrameTable.ofEhFrame(section(elf, header.get()), entries, machine.get())
            : CallFrameTable.ofEhFrame(entries, machine.get()));
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
