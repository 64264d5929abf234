package io.nodeflame.symbolizer.symbols;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Tables that the cache directory cannot take, outside the heap and bounded in bytes together. One
 * lives as long as somebody holds it, so that the directory is tried again for each next one. Safe
 * for many threads.
 *
 * <p>The memory of a table given back is freed by the next collection of the heap; until then only
 * the Java machine's bound of direct memory counts it.
 */
final class MemoryTables {
  private static final class Held {
    private final int bytes;
    private final SymbolIndex index;
    private int leases;

    Held(int bytes, SymbolIndex index) {
      this.bytes = bytes;
      this.index = index;
    }
  }

  private final int maxBytes;
  private final Map<String, Held> tables = new HashMap<>();
  private int usedBytes;

  /**
   * @param maxBytes of all tables in use
   */
  MemoryTables(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  synchronized int usedBytes() {
    return usedBytes;
  }

  synchronized int count() {
    return tables.size();
  }

  /** The table of a file, if somebody holds it. The caller closes it. */
  synchronized Optional<LeasedTable> find(FileKey key) {
    Held held = tables.get(key.text());
    return held == null ? Optional.empty() : Optional.of(lease(key, held));
  }

  /**
   * Makes the table of a file. The caller closes it. Reads the source twice.
   *
   * @param complete true when the source reads a {@code .symtab}
   * @return empty when there is no room for it
   * @throws IOException of the source
   */
  Optional<LeasedTable> store(FileKey key, boolean complete, SymbolSource source)
      throws IOException {
    IndexMeasure measure = new IndexMeasure(maxBytes - usedBytes());
    try {
      source.forEach(measure);
    } catch (TooManySymbolsException e) {
      return Optional.empty();
    }
    int bytes = (int) measure.bytes();
    if (!reserve(bytes)) {
      return Optional.empty();
    }
    boolean isKept = false;
    try {
      MemoryIndexWriter writer = new MemoryIndexWriter(ByteBuffer.allocateDirect(bytes), measure);
      source.forEach(writer);
      LeasedTable table = admit(key, new Held(bytes, writer.finish(complete)));
      isKept = true;
      return Optional.of(table);
    } catch (OutOfMemoryError e) { // of direct memory: the bound is lower than ours
      return Optional.empty();
    } finally {
      if (!isKept) {
        free(bytes);
      }
    }
  }

  private synchronized boolean reserve(int bytes) {
    if (bytes > maxBytes - usedBytes) {
      return false;
    }
    usedBytes += bytes;
    return true;
  }

  private synchronized void free(int bytes) {
    usedBytes -= bytes;
  }

  private synchronized LeasedTable admit(FileKey key, Held added) {
    tables.put(key.text(), added); // who holds the one before keeps it
    return lease(key, added);
  }

  private LeasedTable lease(FileKey key, Held held) {
    held.leases++;
    return new LeasedTable(held.index, () -> giveBack(key, held));
  }

  private synchronized void giveBack(FileKey key, Held held) {
    held.leases--;
    if (held.leases == 0) {
      tables.remove(key.text(), held);
      usedBytes -= held.bytes;
    }
  }
}
