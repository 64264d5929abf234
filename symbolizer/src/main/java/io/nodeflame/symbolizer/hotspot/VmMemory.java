package io.nodeflame.symbolizer.hotspot;

import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Numbers and texts at absolute addresses of a running process, little-endian, through whole pages:
 * a page is mapped or is not, so that no read fails for what lies beside it. Pages are kept until
 * {@link #forget}. Not for two threads at once.
 */
final class VmMemory {
  private static final int PAGE_BITS = 12;
  private static final int PAGE_BYTES = 1 << PAGE_BITS;
  private static final int PAGES = 64;
  private static final long NONE = -1;

  /** User addresses of x86-64 and aarch64 have 47 or 48 bits; zero's page is never mapped. */
  private static final long MAX_ADDRESS = 1L << 48;

  private final ByteSource source;
  private final byte[][] pages = new byte[PAGES][];
  private final long[] pageNumbers = new long[PAGES];

  /**
   * @param source offsets are addresses, such as of {@code ProcessMemory}
   */
  VmMemory(ByteSource source) {
    this.source = source;
    forget();
  }

  /** What was read may have changed: the next reads ask the process again. */
  void forget() {
    Arrays.fill(pageNumbers, NONE);
  }

  int u8(long address) throws IOException {
    return page(address)[(int) address & (PAGE_BYTES - 1)] & 0xff;
  }

  int u16(long address) throws IOException {
    return (int) number(address, 2);
  }

  int i32(long address) throws IOException {
    return (int) number(address, 4);
  }

  long u32(long address) throws IOException {
    return number(address, 4);
  }

  long u64(long address) throws IOException {
    return number(address, 8);
  }

  /**
   * An unsigned number of 1, 2, 4 or 8 bytes.
   *
   * @throws MalformedException when the address is none
   * @throws IOException when nothing is mapped there
   */
  long number(long address, int width) throws IOException {
    long value = 0;
    for (int i = width - 1; i >= 0; i--) {
      value = value << 8 | u8(address + i);
    }
    return value;
  }

  /** Copies bytes. */
  byte[] bytes(long address, int length) throws IOException {
    byte[] bytes = new byte[length];
    int done = 0;
    while (done < length) {
      byte[] page = page(address + done);
      int from = (int) (address + done) & (PAGE_BYTES - 1);
      int count = Math.min(length - done, PAGE_BYTES - from);
      System.arraycopy(page, from, bytes, done, count);
      done += count;
    }
    return bytes;
  }

  /** The text up to the next zero byte; longer text than the bound is cut. */
  String cString(long address, int maxBytes) throws IOException {
    int length = 0;
    while (length < maxBytes && u8(address + length) != 0) {
      length++;
    }
    return new String(bytes(address, length), StandardCharsets.UTF_8);
  }

  private byte[] page(long address) throws IOException {
    if (address < PAGE_BYTES || address >= MAX_ADDRESS) {
      throw new MalformedException("0x" + Long.toHexString(address) + " is no address");
    }
    long number = address >>> PAGE_BITS;
    // Objects of one kind lie at equal distances: the higher bits spread them.
    int slot = (int) (number ^ number >>> 6 ^ number >>> 12) & (PAGES - 1);
    byte[] page = pages[slot];
    if (pageNumbers[slot] == number) {
      return page;
    }
    if (page == null) {
      page = new byte[PAGE_BYTES];
      pages[slot] = page;
    }
    pageNumbers[slot] = NONE;
    source.read(number << PAGE_BITS, page, 0, PAGE_BYTES);
    pageNumbers[slot] = number;
    return page;
  }
}
