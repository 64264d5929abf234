package io.nodeflame.symbolizer.hotspot;

import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.elf.ElfFile;
import io.nodeflame.symbolizer.elf.ElfSegment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The memory of a process, but what a library has in segments that cannot be written comes from its
 * file: the names in HotSpot's tables are there, in pages that the process itself may never have
 * touched.
 */
final class LibraryMemory implements ByteSource {
  private record Constant(long start, long end, ByteSource bytes) {}

  private final ByteSource process;
  private final List<Constant> constants = new ArrayList<>();

  /**
   * @param bias of the file in the process
   */
  LibraryMemory(ByteSource process, ElfFile file, long bias) throws IOException {
    this.process = process;
    for (ElfSegment segment : file.segments()) {
      if (segment.isLoaded() && !segment.isWritable()) {
        long start = segment.address() + bias;
        constants.add(new Constant(start, start + segment.fileSize(), file.contents(segment)));
      }
    }
  }

  @Override
  public long size() {
    return process.size();
  }

  @Override
  public void read(long address, byte[] target, int targetOffset, int length) throws IOException {
    for (Constant constant : constants) {
      if (address < constant.end() && address + length > constant.start()) {
        long from = Math.max(address, constant.start());
        long to = Math.min(address + length, constant.end());
        Arrays.fill(target, targetOffset, targetOffset + length, (byte) 0);
        constant
            .bytes()
            .read(
                from - constant.start(),
                target,
                targetOffset + (int) (from - address),
                (int) (to - from));
        return;
      }
    }
    process.read(address, target, targetOffset, length);
  }
}
