package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.bytes.FileBytes;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A file that is closed while no process uses it, since an open one keeps its mount busy, and comes
 * back with the next process. What was parsed of it stays.
 */
final class ReplaceableBytes implements ByteSource {
  private final long size;
  private volatile @Nullable ByteSource current;

  ReplaceableBytes(ByteSource first) {
    this.size = first.size();
    this.current = first;
  }

  boolean isOpen() {
    return current != null;
  }

  /** The same content, opened again. */
  void replace(ByteSource again) {
    close();
    current = again;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long offset, byte[] target, int targetOffset, int length) throws IOException {
    ByteSource source = current;
    if (source == null) {
      throw new IOException("the file was closed with the last process that used it");
    }
    source.read(offset, target, targetOffset, length);
  }

  void close() {
    ByteSource old = current;
    current = null;
    close(old);
  }

  static void close(@Nullable ByteSource bytes) {
    if (bytes instanceof FileBytes file) {
      try {
        file.close();
      } catch (IOException e) {
        // A file opened for reading: nothing is lost.
        return;
      }
    }
  }
}
