package io.nodeflame.symbolizer.bytes;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads numbers and strings all over a {@link ByteSource}, as a bisection does, through a few small
 * pages: a look-up among places seen before costs no system call, and another reads half a KiB
 * rather than the 16 of a {@link ByteReader}. Holds up to 32 KiB. Not for two threads at once.
 */
public final class PagedReader {
  private static final int PAGE_BITS = 9;
  private static final long PAGE_BYTES = 1 << PAGE_BITS;

  /** So that the widest number may begin at a page's last byte. */
  private static final long OVERLAP_BYTES = 7;

  /** A prime: the middles of a bisection are multiples of powers of two. */
  private static final int PAGES = 61;

  private final ByteSource source;
  private final ByteOrder order;
  private final @Nullable ByteReader[] pages = new ByteReader[PAGES];
  private final long[] pageStarts = new long[PAGES];

  public PagedReader(ByteSource source, ByteOrder order) {
    this.source = source;
    this.order = order;
  }

  public long size() {
    return source.size();
  }

  public int u8(long offset) throws IOException {
    return page(offset).u8(offset & (PAGE_BYTES - 1));
  }

  public int u16(long offset) throws IOException {
    return page(offset).u16(offset & (PAGE_BYTES - 1));
  }

  public long u32(long offset) throws IOException {
    return page(offset).u32(offset & (PAGE_BYTES - 1));
  }

  /** All 64 bits; the caller decides about the sign. */
  public long u64(long offset) throws IOException {
    return page(offset).u64(offset & (PAGE_BYTES - 1));
  }

  /**
   * The text up to the next zero byte, decoded as UTF-8 with replacement of what is not.
   *
   * @param maxBytes longer text is cut there
   */
  public String cString(long offset, int maxBytes) throws IOException {
    int limit = (int) Math.min(maxBytes, Math.max(1, source.size() - offset));
    int length = 0;
    while (length < limit && u8(offset + length) != 0) {
      length++;
    }
    byte[] bytes = new byte[length];
    for (int index = 0; index < length; index++) {
      bytes[index] = (byte) u8(offset + index);
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private ByteReader page(long offset) throws MalformedException {
    if (offset < 0 || offset >= source.size()) {
      throw new MalformedException("read at " + offset + " of " + source.size() + " bytes");
    }
    long start = offset & -PAGE_BYTES;
    int slot = (int) ((start >>> PAGE_BITS) % PAGES);
    ByteReader page = pages[slot];
    if (page == null || pageStarts[slot] != start) {
      long length = Math.min(PAGE_BYTES + OVERLAP_BYTES, source.size() - start);
      page = new ByteReader(source.slice(start, length), order);
      pages[slot] = page;
      pageStarts[slot] = start;
    }
    return page;
  }
}
