package io.nodeflame.symbolizer.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Which pages of a process are in memory, by {@code /proc/PID/pagemap}: 8 bytes for each, of which
 * bit 63 says so (the kernel's {@code Documentation/admin-guide/mm/pagemap.rst}). Not for two
 * threads at once.
 */
final class ResidentPages implements AutoCloseable {
  private static final int PAGE_BITS = Integer.numberOfTrailingZeros(SystemCalls.pageBytes());
  private static final long PRESENT = 1L << 63;

  private final FileChannel pagemap;
  private final ByteBuffer entry = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());

  private ResidentPages(FileChannel pagemap) {
    this.pagemap = pagemap;
  }

  static ResidentPages open(Path pagemap) throws IOException {
    return new ResidentPages(FileChannel.open(pagemap, StandardOpenOption.READ));
  }

  /**
   * Returns when every page of a range is in memory.
   *
   * @throws IOException when one is not
   */
  void require(long address, int length) throws IOException {
    long last = (address + Math.max(1, length) - 1) >>> PAGE_BITS;
    for (long page = address >>> PAGE_BITS; page <= last; page++) {
      entry.clear();
      if (pagemap.read(entry, page * Long.BYTES) != Long.BYTES
          || (entry.getLong(0) & PRESENT) == 0) {
        throw new IOException("0x" + Long.toHexString(page << PAGE_BITS) + " is not in memory");
      }
    }
  }

  @Override
  public void close() throws IOException {
    pagemap.close();
  }
}
