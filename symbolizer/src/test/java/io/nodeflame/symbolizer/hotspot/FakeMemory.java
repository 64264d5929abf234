package io.nodeflame.symbolizer.hotspot;

import io.nodeflame.symbolizer.bytes.ByteSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Memory of a process that does not exist, in pages; what was never written is not mapped. */
final class FakeMemory implements ByteSource {
  private static final int PAGE_BYTES = 4096;

  private final Map<Long, ByteBuffer> pages = new HashMap<>();
  private long next;

  FakeMemory(long start) {
    next = start;
  }

  /** Zeroed memory that nothing else uses, at a multiple of 16. */
  long allocate(int bytes) {
    long address = next;
    next += (bytes + 31) & -16L;
    for (long page = address / PAGE_BYTES; page <= next / PAGE_BYTES; page++) {
      page(page);
    }
    return address;
  }

  private ByteBuffer page(long number) {
    return pages.computeIfAbsent(
        number, page -> ByteBuffer.allocate(PAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN));
  }

  void put(long address, int width, long value) {
    for (int i = 0; i < width; i++) {
      long at = address + i;
      page(at / PAGE_BYTES).put((int) (at % PAGE_BYTES), (byte) (value >>> (8 * i)));
    }
  }

  void putBytes(long address, byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      put(address + i, 1, bytes[i]);
    }
  }

  /** A text with its end, somewhere. */
  long text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    long address = allocate(bytes.length + 1);
    putBytes(address, bytes);
    return address;
  }

  /** Pages in the order of addresses, for those who change them at random. */
  List<ByteBuffer> allPages() {
    return pages.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(Map.Entry::getValue)
        .toList();
  }

  @Override
  public long size() {
    return Long.MAX_VALUE;
  }

  @Override
  public void read(long offset, byte[] target, int targetOffset, int length) throws IOException {
    for (int i = 0; i < length; i++) {
      ByteBuffer page = pages.get((offset + i) / PAGE_BYTES);
      if (page == null) {
        throw new IOException("nothing is mapped at 0x" + Long.toHexString(offset + i));
      }
      target[targetOffset + i] = page.get((int) ((offset + i) % PAGE_BYTES));
    }
  }
}
