package io.nodeflame.symbolizer.symbols;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The index files that are open for reading, bounded in number: the one read longest ago is closed
 * for another, and opened again when it is read. Safe for many threads.
 */
final class IndexChannels {
  /** More are in use on a busy node, but few of them are asked for new addresses. */
  static final int MAX_OPEN = 64;

  private final int maxOpen;
  private final Map<IndexFile, FileChannel> open = new LinkedHashMap<>(16, 0.75f, true);

  IndexChannels() {
    this(MAX_OPEN);
  }

  IndexChannels(int maxOpen) {
    this.maxOpen = maxOpen;
  }

  synchronized int count() {
    return open.size();
  }

  /** Takes a channel that was opened just now. */
  synchronized void add(IndexFile file, FileChannel channel) {
    open.put(file, channel);
    if (open.size() > maxOpen) {
      Iterator<FileChannel> leastRecent = open.values().iterator();
      FileChannel closed = leastRecent.next();
      leastRecent.remove();
      close(closed);
    }
  }

  /** Fills the buffer from an offset of the file. */
  synchronized void read(IndexFile file, ByteBuffer target, long offset) throws IOException {
    FileChannel channel = open.get(file);
    if (channel == null) {
      channel = file.openAgain();
      add(file, channel);
    }
    try {
      IndexFile.readFully(channel, target, offset);
    } catch (IOException e) {
      close(file);
      throw e;
    }
  }

  synchronized void close(IndexFile file) {
    FileChannel channel = open.remove(file);
    if (channel != null) {
      close(channel);
    }
  }

  private static void close(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // opened for reading: nothing is lost
    }
  }
}
