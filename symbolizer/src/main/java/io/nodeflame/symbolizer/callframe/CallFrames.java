package io.nodeflame.symbolizer.callframe;

import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.elf.ElfFile;
import io.nodeflame.symbolizer.elf.ElfSection;
import io.nodeflame.symbolizer.elf.ElfSegment;
import java.io.IOException;
import java.util.Optional;

/**
 * Opens the call frame entries of an ELF file that has them: those of {@code .eh_frame}, which a
 * segment shows where section headers are missing, else of {@code .debug_frame}.
 */
public final class CallFrames {
  /** Larger sections without an index are not searched: that takes time and memory. */
  private static final int MAX_UNINDEXED_BYTES = 256 * 1024;

  /** The largest of a distribution have some MiB. */
  private static final int MAX_BYTES = 256 << 20;

  /** In memory while somebody reads it. */
  private static final int MAX_INFLATED_BYTES = 4 << 20;

  /** Encodings in {@code .eh_frame_hdr} as every linker writes them: version, pointer, u32, ... */
  private static final int VERSION = 1;

  private static final int COUNT_U32 = 0x03;
  private static final int TABLE_RELATIVE_S32 = 0x3b;

  private CallFrames() {}

  /** For looking addresses up: empty also when opening them takes long. */
  public static Optional<CallFrameTable> find(ElfFile elf) throws IOException {
    return find(elf, MAX_UNINDEXED_BYTES);
  }

  /** For going over all rows, which reads everything anyway. */
  public static Optional<CallFrameTable> all(ElfFile elf) throws IOException {
    return find(elf, MAX_BYTES);
  }

  private static Optional<CallFrameTable> find(ElfFile elf, int maxUnindexedBytes)
      throws IOException {
    Optional<FrameMachine> machine = machine(elf);
    if (machine.isEmpty()) {
      return Optional.empty();
    }
    Optional<FrameSection> header = header(elf);
    Optional<FrameSection> frames = section(elf, ".eh_frame");
    if (frames.isEmpty()) {
      return header.isPresent() && isIndex(header.get().bytes())
          ? ofSegment(elf, header.get(), machine.get())
          : ofDebugFrame(elf, machine.get(), maxUnindexedBytes);
    }
    if (header.isPresent() && isIndex(header.get().bytes())) {
      return Optional.of(CallFrameTable.ofEhFrame(header.get(), frames.get(), machine.get()));
    }
    return frames.get().bytes().size() > maxUnindexedBytes
        ? Optional.empty()
        : Optional.of(CallFrameTable.ofEhFrame(frames.get(), machine.get()));
  }

  /** The frames lie between the address that the header says and the end of its segment. */
  private static Optional<CallFrameTable> ofSegment(
      ElfFile elf, FrameSection header, FrameMachine machine) throws IOException {
    long address = CallFrameTable.framesAddress(header);
    FrameSection frames = new FrameSection(elf.bytesAt(address), address);
    return Optional.of(CallFrameTable.ofSegment(header, frames, machine));
  }

  private static Optional<CallFrameTable> ofDebugFrame(
      ElfFile elf, FrameMachine machine, int maxBytes) throws IOException {
    Optional<ElfSection> section = elf.section(".debug_frame").filter(ElfSection::isStored);
    if (section.isEmpty() || section.get().size() > maxBytes) {
      return Optional.empty();
    }
    boolean isPacked = section.get().isCompressed();
    ByteSource entries =
        elf.inflated(section.get(), isPacked ? Math.min(maxBytes, MAX_INFLATED_BYTES) : maxBytes);
    return Optional.of(CallFrameTable.ofDebugFrame(new FrameSection(entries, 0), machine));
  }

  private static Optional<FrameSection> header(ElfFile elf) throws IOException {
    Optional<FrameSection> section = section(elf, ".eh_frame_hdr");
    Optional<ElfSegment> segment = elf.segment(ElfSegment.TYPE_GNU_EH_FRAME);
    return section.isPresent() || segment.isEmpty()
        ? section
        : Optional.of(new FrameSection(elf.contents(segment.get()), segment.get().address()));
  }

  private static boolean isIndex(ByteSource bytes) throws IOException {
    byte[] start = new byte[12];
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

  private static Optional<FrameSection> section(ElfFile elf, String name) throws IOException {
    Optional<ElfSection> section =
        elf.section(name).filter(found -> found.isStored() && found.size() > 0);
    return section.isPresent()
        ? Optional.of(new FrameSection(elf.contents(section.get()), section.get().address()))
        : Optional.empty();
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
