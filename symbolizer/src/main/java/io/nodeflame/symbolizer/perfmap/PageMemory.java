package io.nodeflame.symbolizer.perfmap;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Memory outside the heap in pages of 16 KiB, shared by the perf-maps of all processes and bounded
 * together. Pages given back are used again; the memory itself is never returned. Not for two
 * threads at once.
 */
public final class PageMemory implements AutoCloseable {
  static final int PAGE_BYTES = 16 * 1024;

  private static final int PAGES_PER_SEGMENT = 64;
  private static final int SEGMENT_BYTES = PAGES_PER_SEGMENT * PAGE_BYTES;

  private final int maxPages;
  private final @Nullable FileChannel file;
  private ByteBuffer[] segments = new ByteBuffer[0];
  private int[] free = new int[PAGES_PER_SEGMENT];
  private int freeCount;
  private int pages;
  private boolean full;

  private PageMemory(long maxBytes, @Nullable FileChannel file) {
    this.maxPages = (int) Math.min(Integer.MAX_VALUE / 2, maxBytes / PAGE_BYTES);
    this.file = file;
  }

  /** Direct memory, which counts as the process's own. */
  public static PageMemory inMemory(long maxBytes) {
    return new PageMemory(maxBytes, null);
  }

  /** Memory mapped from a nameless file of the cache directory, which the kernel can write out. */
  public static PageMemory inFile(Path cacheDirectory, long maxBytes) throws IOException {
    Path path = Files.createTempFile(cacheDirectory, "perf-map-", ".pages");
    FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    Files.delete(path);
    return new PageMemory(maxBytes, file);
  }

  /** Bytes handed out. */
  public long usedBytes() {
    return (long) (pages - freeCount) * PAGE_BYTES;
  }

  /** The number of a page with undefined content, or -1 when there is no more. */
  int allocate() {
    if (freeCount == 0 && !grow()) {
      return -1;
    }
    return free[--freeCount];
  }

  void free(int page) {
    free[freeCount++] = page;
  }

  long getLong(int page, int offset) {
    return segments[page / PAGES_PER_SEGMENT].getLong(at(page, offset));
  }

  void putLong(int page, int offset, long value) {
    segments[page / PAGES_PER_SEGMENT].putLong(at(page, offset), value);
  }

  void get(int page, int offset, byte[] target, int from, int length) {
    segments[page / PAGES_PER_SEGMENT].get(at(page, offset), target, from, length);
  }

  void put(int page, int offset, byte[] source, int from, int length) {
    segments[page / PAGES_PER_SEGMENT].put(at(page, offset), source, from, length);
  }

  @Override
  public void close() throws IOException {
    segments = new ByteBuffer[0];
    freeCount = 0;
    pages = 0;
    full = true;
    if (file != null) {
      file.close();
    }
  }

  private static int at(int page, int offset) {
    return page % PAGES_PER_SEGMENT * PAGE_BYTES + offset;
  }

  private boolean grow() {
    int firstPage = segments.length * PAGES_PER_SEGMENT;
    int count = Math.min(PAGES_PER_SEGMENT, maxPages - firstPage);
    if (full || count <= 0) {
      return false;
    }
    try {
      ByteBuffer segment = segment(segments.length).order(ByteOrder.nativeOrder());
      segments = Arrays.copyOf(segments, segments.length + 1);
      segments[segments.length - 1] = segment;
    } catch (IOException | OutOfMemoryError e) {
      // The disk or the JVM's direct memory is full: the bound is lower than configured.
      full = true;
      return false;
    }
    free = Arrays.copyOf(free, segments.length * PAGES_PER_SEGMENT);
    for (int i = count - 1; i >= 0; i--) {
      free[freeCount++] = firstPage + i;
    }
    pages += count;
    return true;
  }

  private ByteBuffer segment(int index) throws IOException {
    if (file == null) {
      return ByteBuffer.allocateDirect(SEGMENT_BYTES);
    }
    long start = (long) index * SEGMENT_BYTES;
    // Written, not only mapped: a hole that finds no room on the disk later is a fault.
    ByteBuffer zeros = ByteBuffer.allocate(PAGE_BYTES);
    for (int i = 0; i < PAGES_PER_SEGMENT; i++) {
      zeros.clear();
      while (zeros.hasRemaining()) {
        file.write(zeros, start + (long) i * PAGE_BYTES + zeros.position());
      }
    }
    return file.map(FileChannel.MapMode.READ_WRITE, start, SEGMENT_BYTES);
  }
}
