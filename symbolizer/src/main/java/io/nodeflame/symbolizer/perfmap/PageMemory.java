package io.nodeflame.symbolizer.perfmap;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Memory outside the heap in pages of 16 KiB, shared by the perf-maps of all processes and bounded
 * together: in a file as long as its directory can be written, else a little direct memory. Pages
 * given back are used again; the memory itself is never returned. Not for two threads at once,
 * unless a method says so.
 */
public final class PageMemory implements AutoCloseable {
  static final int PAGE_BYTES = 16 * 1024;

  private static final int PAGES_PER_SEGMENT = 64;

  /** What the memory grows by. */
  public static final int SEGMENT_BYTES = PAGES_PER_SEGMENT * PAGE_BYTES;

  private final int maxPages;
  private final @Nullable PageFile file;
  private int directSegmentsLeft;
  private final BitSet mapped = new BitSet();
  private boolean isFileDistrusted;
  private ByteBuffer[] segments = new ByteBuffer[0];
  private int[] free = new int[PAGES_PER_SEGMENT];
  private int freeCount;
  private int pages;
  private boolean full;

  private PageMemory(long maxBytes, @Nullable PageFile file, long maxDirectBytes) {
    this.maxPages = (int) Math.min(Integer.MAX_VALUE / 2, maxBytes / PAGE_BYTES);
    this.file = file;
    this.directSegmentsLeft = (int) ((maxDirectBytes + SEGMENT_BYTES - 1) / SEGMENT_BYTES);
  }

  /** Direct memory, which counts as the process's own. */
  public static PageMemory inMemory(long maxBytes) {
    return new PageMemory(maxBytes, null, maxBytes);
  }

  /** Memory mapped from a file, which the kernel can write out; direct memory when that fails. */
  static PageMemory inFile(PageFile file, long maxBytes, long maxDirectBytes) {
    return new PageMemory(maxBytes, file, maxDirectBytes);
  }

  /**
   * Memory mapped from a nameless file of the cache directory.
   *
   * @param maxBytes of all pages
   * @param maxDirectBytes of those in direct memory, when the directory cannot be written
   * @param onFailure is told then
   */
  public static PageMemory inDirectory(
      Path cacheDirectory, long maxBytes, long maxDirectBytes, Consumer<IOException> onFailure) {
    return inFile(PageFile.in(cacheDirectory, onFailure), maxBytes, maxDirectBytes);
  }

  /** Asks the directory and the JVM for memory again, after they had none. */
  public void tryAgain() {
    full = false;
    if (file != null) {
      file.tryAgain();
    }
  }

  /** Whether there is less memory than configured, since the directory cannot be written. */
  boolean lacksFile() {
    return file != null && file.hasFailed();
  }

  /** Size of the file. For every thread. */
  public long fileBytes() {
    return file == null ? 0 : file.bytes();
  }

  /** Bytes handed out or given up. */
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
    if (isUsable(page)) {
      free[freeCount++] = page;
    }
  }

  private boolean isUsable(int page) {
    return !isFileDistrusted || !mapped.get(page / PAGES_PER_SEGMENT);
  }

  /**
   * After a fault of mapped memory, which the Java machine reports as an error: the disk failed, or
   * somebody cut the file. No page of it is handed out again; who has one may have a fault, too.
   */
  public void distrustFile() {
    if (file == null || isFileDistrusted) {
      return;
    }
    isFileDistrusted = true;
    int kept = 0;
    for (int i = 0; i < freeCount; i++) {
      if (isUsable(free[i])) {
        free[kept++] = free[i];
      }
    }
    freeCount = kept;
    file.distrust();
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
    directSegmentsLeft = 0;
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
    ByteBuffer segment = file == null ? null : file.map(SEGMENT_BYTES);
    mapped.set(segments.length, segment != null);
    if (segment == null) {
      segment = direct();
    }
    if (segment == null) {
      full = true; // the bound is lower than configured
      return false;
    }
    segments = Arrays.copyOf(segments, segments.length + 1);
    segments[segments.length - 1] = segment.order(ByteOrder.nativeOrder());
    free = Arrays.copyOf(free, segments.length * PAGES_PER_SEGMENT);
    for (int i = count - 1; i >= 0; i--) {
      free[freeCount++] = firstPage + i;
    }
    pages += count;
    return true;
  }

  private @Nullable ByteBuffer direct() {
    if (directSegmentsLeft == 0) {
      return null;
    }
    try {
      ByteBuffer segment = ByteBuffer.allocateDirect(SEGMENT_BYTES);
      directSegmentsLeft--;
      return segment;
    } catch (OutOfMemoryError e) { // of direct memory only
      return null;
    }
  }
}
