package io.nodeflame.symbolizer.perfmap;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A nameless file of pages that grows, opened when it does so first. After a failure nothing is
 * tried until somebody asks for it: the next line of a hostile perf-map must not cost a write.
 */
final class PageFile implements AutoCloseable {
  /** Makes the file, or fails. Not a channel, which an interrupt of its thread would close. */
  @FunctionalInterface
  interface Opener {
    RandomAccessFile open() throws IOException;
  }

  private final Opener opener;
  private final Consumer<IOException> onFailure;
  private @Nullable RandomAccessFile file;
  private boolean hasFailed;
  private boolean mayTry = true;
  private boolean isClosed;
  private volatile long bytes;

  PageFile(Opener opener, Consumer<IOException> onFailure) {
    this.opener = opener;
    this.onFailure = onFailure;
  }

  static PageFile in(Path directory, Consumer<IOException> onFailure) {
    return new PageFile(() -> create(directory), onFailure);
  }

  private static RandomAccessFile create(Path directory) throws IOException {
    Path path = Files.createTempFile(directory, "perf-map-", ".pages");
    try {
      return new RandomAccessFile(path.toFile(), "rw");
    } finally {
      Files.delete(path);
    }
  }

  /** Whether the last growth was refused. */
  boolean hasFailed() {
    return hasFailed;
  }

  void tryAgain() {
    mayTry = true;
  }

  /** After it could not be read or written: it is not used any more. */
  void distrust(IOException why) {
    hasFailed = true;
    onFailure.accept(why);
    try {
      close();
    } catch (IOException e) {
      return; // it has no name: nothing of it stays
    }
  }

  /** For every thread. */
  long bytes() {
    return bytes;
  }

  /**
   * Pages of zeros at the end, which are written, so that the disk has room for them later.
   *
   * @return whether there was room
   */
  boolean grow(int pages) {
    if (!mayTry || isClosed) {
      return false;
    }
    long start = bytes;
    try {
      RandomAccessFile target = file == null ? opener.open() : file;
      file = target;
      target.seek(start);
      byte[] zeros = new byte[PageMemory.PAGE_BYTES];
      for (int page = 0; page < pages; page++) {
        target.write(zeros);
      }
      bytes = start + (long) pages * PageMemory.PAGE_BYTES;
      hasFailed = false;
      return true;
    } catch (IOException e) {
      hasFailed = true;
      mayTry = false;
      cut(start);
      onFailure.accept(e);
      return false;
    }
  }

  /**
   * @param target of a page's size
   */
  void read(int page, byte[] target) throws IOException {
    at(page).readFully(target);
  }

  /**
   * @param source of a page's size
   */
  void write(int page, byte[] source) throws IOException {
    at(page).write(source);
  }

  private RandomAccessFile at(int page) throws IOException {
    if (file == null) {
      throw new EOFException("the file has no page yet");
    }
    file.seek((long) page * PageMemory.PAGE_BYTES);
    return file;
  }

  /** What was written of a growth goes: others need the last room on the disk. */
  private void cut(long size) {
    try {
      if (file != null) {
        file.setLength(size);
      }
    } catch (IOException e) {
      return; // it is only some room less
    }
  }

  @Override
  public void close() throws IOException {
    isClosed = true;
    if (file != null) {
      file.close();
    }
  }
}
