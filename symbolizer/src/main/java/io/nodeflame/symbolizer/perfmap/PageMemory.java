package io.nodeflame.symbolizer.perfmap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
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
  private final @Nullable PageCache cache;
  private int directSegmentsLeft;
  private boolean isFileDistrusted;

  /** Direct memory, or null for a piece of the file. */
  private @Nullable ByteBuffer[] segments = new ByteBuffer[0];

  /** Of each segment that is in the file, the place of its first page there. */
  private int[] firstInFile = new int[0];

  private int[] free = new int[PAGES_PER_SEGMENT];
  private int freeCount;
  private int pages;
  private boolean full;

  private PageMemory(long maxBytes, @Nullable PageFile file, long maxDirectBytes) {
    this.maxPages = (int) Math.min(Integer.MAX_VALUE / 2, maxBytes / PAGE_BYTES);
    this.file = file;
    this.cache = file == null ? null : new PageCache(file);
    this.directSegmentsLeft = (int) ((maxDirectBytes + SEGMENT_BYTES - 1) / SEGMENT_BYTES);
  }

  /** Direct memory, which counts as the process's own. */
  public static PageMemory inMemory(long maxBytes) {
    return new PageMemory(maxBytes, null, maxBytes);
  }

  /** Pages in a file, of which the last used are on the heap; direct memory when that fails. */
  static PageMemory inFile(PageFile file, long maxBytes, long maxDirectBytes) {
    return new PageMemory(maxBytes, file, maxDirectBytes);
  }

  /**
   * Pages in a nameless file of the cache directory.
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
    boolean isClosed = segments.length == 0;
    if (!isClosed && isUsable(page)) {
      if (isInFile(page)) {
        cache().forget(pageInFile(page));
      }
      free[freeCount++] = page;
    }
  }

  private boolean isUsable(int page) {
    return !isFileDistrusted || !isInFile(page);
  }

  private boolean isInFile(int page) {
    return segments[page / PAGES_PER_SEGMENT] == null;
  }

  private int pageInFile(int page) {
    return firstInFile[page / PAGES_PER_SEGMENT] + page % PAGES_PER_SEGMENT;
  }

  private PageCache cache() {
    return Objects.requireNonNull(cache);
  }

  /**
   * After a page could not be read or written: the disk failed, or somebody cut the file. No page
   * of it is handed out again; who has one may have this failure, too.
   */
  public void distrustFile(IOException why) {
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
    file.distrust(why);
  }

  /**
   * @throws UncheckedIOException when the file cannot be read or written
   */
  long getLong(int page, int offset) {
    return toRead(page).getLong(at(page, offset));
  }

  /**
   * @throws UncheckedIOException when the file cannot be read or written
   */
  void putLong(int page, int offset, long value) {
    toWrite(page).putLong(at(page, offset), value);
  }

  /**
   * @throws UncheckedIOException when the file cannot be read or written
   */
  void get(int page, int offset, byte[] target, int from, int length) {
    toRead(page).get(at(page, offset), target, from, length);
  }

  /**
   * @throws UncheckedIOException when the file cannot be read or written
   */
  void put(int page, int offset, byte[] source, int from, int length) {
    toWrite(page).put(at(page, offset), source, from, length);
  }

  private ByteBuffer toRead(int page) {
    ByteBuffer segment = segments[page / PAGES_PER_SEGMENT];
    return segment == null ? cache().toRead(pageInFile(page)) : segment;
  }

  private ByteBuffer toWrite(int page) {
    ByteBuffer segment = segments[page / PAGES_PER_SEGMENT];
    return segment == null ? cache().toWrite(pageInFile(page)) : segment;
  }

  /** In a buffer of the page alone, or of all its segment. */
  private int at(int page, int offset) {
    return isInFile(page) ? offset : page % PAGES_PER_SEGMENT * PAGE_BYTES + offset;
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

  private boolean grow() {
    int firstPage = segments.length * PAGES_PER_SEGMENT;
    int count = Math.min(PAGES_PER_SEGMENT, maxPages - firstPage);
    if (full || count <= 0) {
      return false;
    }
    int pageOfFile = file == null ? 0 : (int) (file.bytes() / PAGE_BYTES);
    boolean isInFile = file != null && file.grow(PAGES_PER_SEGMENT);
    ByteBuffer segment = isInFile ? null : direct();
    if (segment == null && !isInFile) {
      full = true; // the bound is lower than configured
      return false;
    }
    int segmentCount = segments.length + 1;
    segments = Arrays.copyOf(segments, segmentCount);
    segments[segmentCount - 1] = segment;
    firstInFile = Arrays.copyOf(firstInFile, segmentCount);
    firstInFile[segmentCount - 1] = pageOfFile;
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
      ByteBuffer segment = ByteBuffer.allocateDirect(SEGMENT_BYTES).order(ByteOrder.nativeOrder());
      directSegmentsLeft--;
      return segment;
    } catch (OutOfMemoryError e) { // of direct memory only
      return null;
    }
  }
}
