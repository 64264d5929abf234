package io.nodeflame.symbolizer.perfmap;

import io.nodeflame.symbolizer.bytes.ByteSource;
import java.io.IOException;

/**
 * Reads what a perf-map has more than last time into a table. A last line without its newline waits
 * until the newline is there.
 */
final class PerfMapReader {
  private static final int BLOCK_BYTES = 64 * 1024;

  private final PerfMapLimits limits;
  private final EntryTable table;
  private final PerfMapLine line = new PerfMapLine();
  private long position;
  private boolean dropping;
  private ReadMark head = ReadMark.NONE;
  private ReadMark tail = ReadMark.NONE;

  private long bytesRead;
  private long malformedLines;
  private long cutLines;
  private long droppedEntries;
  private long skippedBytes;

  PerfMapReader(PerfMapLimits limits, EntryTable table) {
    this.limits = limits;
    this.table = table;
  }

  /** Whether the file begins with what was read so far. A rewritten one does not. */
  boolean continues(ByteSource file) throws IOException {
    return position <= file.size() && head.standsIn(file) && tail.standsIn(file);
  }

  /** Forgets all entries and begins with a file of this size. */
  void startOver(long size) {
    table.clear();
    head = ReadMark.NONE;
    tail = ReadMark.NONE;
    long budget = limits.maxTotalBytes() - bytesRead - PerfMapLimits.MIN_READ_BYTES;
    position = Math.max(0, size - Math.max(0, budget));
    dropping = position > 0;
    skippedBytes += position;
  }

  /**
   * Reads on.
   *
   * @return true when the limit of one refresh was met and there is more to read
   */
  boolean read(ByteSource file) throws IOException {
    byte[] block = new byte[(int) Math.min(BLOCK_BYTES, Math.max(0, file.size() - position))];
    long end = bytesRead + Math.min(limits.maxRefreshBytes(), limits.maxTotalBytes() - bytesRead);
    while (true) {
      long allowed = end - bytesRead;
      int length = (int) Math.min(allowed, Math.min(block.length, file.size() - position));
      if (file.size() <= position) {
        return false;
      }
      if (allowed < PerfMapLimits.MIN_READ_BYTES) {
        return !exhausted();
      }
      file.read(position, block, 0, length);
      int used = accept(block, length);
      // The start of a line at the end of a block is read twice, but counts once.
      bytesRead += used == 0 ? length : used;
      if (used == 0) { // fewer bytes than a line may have, so that the file ends here
        return false;
      }
      if (head == ReadMark.NONE) {
        head = ReadMark.firstOf(block, used, position);
      }
      tail = ReadMark.lastOf(block, used, position);
      position += used;
    }
  }

  /** Whether the process's budget is used up. */
  boolean exhausted() {
    return limits.maxTotalBytes() - bytesRead < PerfMapLimits.MIN_READ_BYTES;
  }

  long bytesRead() {
    return bytesRead;
  }

  long malformedLines() {
    return malformedLines;
  }

  long cutLines() {
    return cutLines;
  }

  long droppedEntries() {
    return droppedEntries;
  }

  long skippedBytes() {
    return skippedBytes;
  }

  /** Takes the complete lines of the block; returns the number of bytes they have. */
  private int accept(byte[] block, int length) {
    int start = 0;
    for (int i = 0; i < length; i++) {
      if (block[i] == '\n') {
        if (!dropping) {
          acceptLine(block, start, i);
        }
        dropping = false;
        start = i + 1;
      } else if (!dropping && i - start == PerfMapLimits.MAX_LINE_BYTES) {
        cutLines++;
        acceptLine(block, start, i);
        dropping = true;
      }
    }
    return dropping ? length : start;
  }

  private void acceptLine(byte[] block, int from, int to) {
    if (!line.parse(block, from, to)) {
      malformedLines++;
      return;
    }
    int nameLength = line.nameTo() - line.nameFrom();
    if (!table.add(line.start(), line.end(), block, line.nameFrom(), nameLength)) {
      droppedEntries++;
    }
  }
}
