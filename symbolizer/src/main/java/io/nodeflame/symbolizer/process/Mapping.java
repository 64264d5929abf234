package io.nodeflame.symbolizer.process;

/**
 * One executable mapping, from a line of {@code /proc/PID/maps} (proc(5)).
 *
 * @param start first address; unsigned
 * @param end address after the last; unsigned
 * @param fileOffset byte of the file that is mapped at {@code start}
 * @param device st_dev of the file as the mapping has it; on overlayfs not always what stat says
 * @param inode inode of the file, 0 without a file
 * @param path file as the process names it, or the kernel's word such as {@code [vdso]}, or empty;
 *     a newline is {@code \012}; without the suffix {@code (deleted)}; hostile text
 * @param deleted the text ended in {@code (deleted)}, which a file may also really be called
 */
public record Mapping(
    long start,
    long end,
    long fileOffset,
    long device,
    long inode,
    String path,
    boolean deleted,
    MappingKind kind) {

  /** File offset behind an address of this mapping. */
  public long fileOffsetOf(long address) {
    return address - start + fileOffset;
  }
}
