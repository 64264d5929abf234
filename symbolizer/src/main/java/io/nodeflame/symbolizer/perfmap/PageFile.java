package io.nodeflame.symbolizer.perfmap;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A nameless file that grows by mapped pieces, opened with the first one. After a failure nothing
 * is tried until somebody asks for it: the next line of a hostile perf-map must not cost a write.
 */
final class PageFile implements AutoCloseable {
  /** Makes the file, or fails. */
  @FunctionalInterface
  interface Opener {
    FileChannel open() throws IOException;
  }

  private static final int WRITE_BYTES = 16 * 1024;

  private final Opener opener;
  private final Consumer<IOException> onFailure;
  private @Nullable FileChannel file;
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

  private static FileChannel create(Path directory) throws IOException {
    Path path = Files.createTempFile(directory, "perf-map-", ".pages");
    try {
      return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } finally {
      Files.delete(path);
    }
  }

  /** Whether the last piece was refused. */
  boolean hasFailed() {
    return hasFailed;
  }

  void tryAgain() {
    mayTry = true;
  }

  /** After a fault of what is mapped: there will be no more of it. */
  void distrust() {
    hasFailed = true;
    onFailure.accept(new IOException("memory mapped from a file there cannot be read"));
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

  /** So many bytes more, or null when the disk has no room. */
  @Nullable ByteBuffer map(int length) {
    if (!mayTry || isClosed) {
      return null;
    }
    long start = bytes;
    try {
      FileChannel target = file == null ? opener.open() : file;
      file = target;
      write(target, start, length);
      ByteBuffer mapped = target.map(FileChannel.MapMode.READ_WRITE, start, length);
      bytes = start + length;
      hasFailed = false;
      return mapped;
    } catch (IOException e) {
      hasFailed = true;
      mayTry = false;
      cut(start);
      if (file != null && !file.isOpen()) { // an interrupt closes it; what is mapped stays
        file = null;
      }
      if (!(e instanceof ClosedByInterruptException)) { // the thread ends, not the disk
        onFailure.accept(e);
      }
      return null;
    }
  }

  /** Written, not only mapped: a hole that finds no room on the disk later is a fault. */
  private static void write(FileChannel target, long start, int length) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocate(WRITE_BYTES);
    for (int done = 0; done < length; ) {
      zeros.clear().limit(Math.min(WRITE_BYTES, length - done));
      done += target.write(zeros, start + done);
    }
  }

  /** What was written of a piece goes: others need the last room on the disk. */
  private void cut(long size) {
    try {
      if (file != null) {
        file.truncate(size);
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
