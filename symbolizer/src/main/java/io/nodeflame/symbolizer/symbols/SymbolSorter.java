package io.nodeflame.symbolizer.symbols;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Sorts any allowed number of symbols in about 1.5 MiB of memory: full chunks go sorted to a
 * temporary file and are merged at the end.
 */
final class SymbolSorter implements AutoCloseable {
  static final int MAX_RECORDS = 4 * 1024 * 1024;
  private static final int RUN_BYTES = SymbolChunk.MAX_RECORDS * SymbolRecords.BYTES;
  private static final int WRITE_RECORDS = 1024;
  private static final int READ_RECORDS = 170;

  private final IndexFiles files;
  private final Path directory;
  private final SymbolChunk chunk = new SymbolChunk();
  private int runs;
  private volatile long writtenBytes;
  private @Nullable FileChannel spill;

  SymbolSorter(IndexFiles files, Path directory) {
    this.files = files;
    this.directory = directory;
  }

  void add(long start, long sizeAndPreference, long nameAndReach) throws IOException {
    if (chunk.isFull()) {
      spill();
    }
    if ((long) runs * SymbolChunk.MAX_RECORDS + chunk.count() >= MAX_RECORDS) {
      throw new TooManySymbolsException("more than " + MAX_RECORDS + " functions");
    }
    chunk.add(start, sizeAndPreference, nameAndReach);
  }

  /** Size of the temporary file. For every thread. */
  long writtenBytes() {
    return writtenBytes;
  }

  /** All records in order; nothing may be added after it. */
  SymbolRun sorted() throws IOException {
    chunk.sort();
    FileChannel spilled = spill;
    if (spilled == null) {
      return chunk.run();
    }
    PriorityQueue<SymbolRun> queue = new PriorityQueue<>(runs + 1);
    for (int i = 0; i < runs; i++) {
      queue(queue, new SpilledRun(spilled, (long) i * RUN_BYTES));
    }
    queue(queue, chunk.run());
    return new MergedRun(queue);
  }

  private static void queue(PriorityQueue<SymbolRun> queue, SymbolRun run) throws IOException {
    if (run.advance()) {
      queue.add(run);
    }
  }

  private void spill() throws IOException {
    FileChannel target = spill == null ? createSpill() : spill;
    spill = target;
    chunk.sort();
    ByteBuffer buffer = ByteBuffer.allocate(WRITE_RECORDS * SymbolRecords.BYTES);
    for (int i = 0; i < chunk.count(); i++) {
      chunk.writeTo(buffer, i);
      if (!buffer.hasRemaining() || i == chunk.count() - 1) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          target.write(buffer);
        }
        buffer.clear();
      }
    }
    runs++;
    writtenBytes = (long) runs * RUN_BYTES;
    chunk.clear();
  }

  private FileChannel createSpill() throws IOException {
    Path path = Files.createTempFile(directory, "sort-", SymbolCache.TEMPORARY_SUFFIX);
    try {
      return files.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } finally {
      Files.delete(path); // nameless from now on, so that nothing is left behind
    }
  }

  @Override
  public void close() throws IOException {
    if (spill != null) {
      spill.close();
    }
  }

  private static final class SpilledRun extends SymbolRun {
    private final FileChannel file;
    private final ByteBuffer buffer = ByteBuffer.allocate(READ_RECORDS * SymbolRecords.BYTES);
    private final long end;
    private long position;

    SpilledRun(FileChannel file, long position) {
      this.file = file;
      this.position = position;
      this.end = position + RUN_BYTES;
      buffer.limit(0);
    }

    @Override
    boolean advance() throws IOException {
      if (!buffer.hasRemaining()) {
        if (position == end) {
          return false;
        }
        buffer.clear().limit((int) Math.min(buffer.capacity(), end - position));
        while (buffer.hasRemaining()) {
          int count = file.read(buffer, position);
          if (count < 0) {
            throw new IOException("a temporary file of the symbol cache was cut");
          }
          position += count;
        }
        buffer.flip();
      }
      start = buffer.getLong();
      sizeAndPreference = buffer.getLong();
      nameAndReach = buffer.getLong();
      return true;
    }
  }

  private static final class MergedRun extends SymbolRun {
    private final PriorityQueue<SymbolRun> queue;

    MergedRun(PriorityQueue<SymbolRun> queue) {
      this.queue = queue;
    }

    @Override
    boolean advance() throws IOException {
      SymbolRun least = queue.poll();
      if (least == null) {
        return false;
      }
      start = least.start;
      sizeAndPreference = least.sizeAndPreference;
      nameAndReach = least.nameAndReach;
      queue(queue, least);
      return true;
    }
  }
}
