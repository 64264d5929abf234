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
  private long gapStart;
  private long gapEnd;
  private boolean dropping;
  private ReadMark head = ReadMark.NONE;
  private ReadMark tail = ReadMark.NONE;

  private long bytesRead;
  private long malformedLines;
  private long cutLines;
  private long droppedEntries;
  private long skippedBytes;

  // Of this content of the file.
  private boolean isReadInPart;
  private boolean hasBadLines;
  private boolean hasDroppedEntries;

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
    long budget = Math.max(0, limits.maxTotalBytes() - bytesRead - PerfMapLimits.MIN_READ_BYTES);
    isReadInPart = size > budget;
    hasBadLines = false;
    hasDroppedEntries = false;
    position = 0;
    dropping = false;
    gapStart = isReadInPart ? budget / 2 : 0;
    gapEnd = isReadInPart ? size - (budget - gapStart) : 0;
    if (gapStart < gapEnd && gapStart < PerfMapLimits.MIN_READ_BYTES) { // too little for two parts
      gapEnd = size - budget;
      leapTo(gapEnd, 0);
    }
  }

  /** Goes on behind the gap, with the next whole line. */
  private void leapTo(long end, long from) {
    skippedBytes += end - from;
    position = end;
    dropping = true;
    gapStart = 0;
  }

  /**
   * Reads on.
   *
   * @param maxBytes at most, should the limits allow more
   * @return true when the limit of one refresh was met and there is more to read
   */
  boolean read(ByteSource file, long maxBytes) throws IOException {
    byte[] block = new byte[(int) Math.min(BLOCK_BYTES, Math.max(0, file.size() - position))];
    long most = Math.min(maxBytes, limits.maxRefreshBytes());
    long end = bytesRead + Math.min(most, limits.maxTotalBytes() - bytesRead);
    while (true) {
      if (file.size() <= position) {
        return false;
      }
      long allowed = end - bytesRead;
      if (allowed < PerfMapLimits.MIN_READ_BYTES) {
        isReadInPart |= exhausted();
        return !exhausted();
      }
      long readable = (position < gapStart ? gapStart : file.size()) - position;
      int length = (int) Math.min(allowed, Math.min(block.length, readable));
      file.read(position, block, 0, length);
      int used = accept(block, length);
      boolean isAtGap = position + length == gapStart;
      if (isAtGap) {
        used = length; // the cut line is left out
      }
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
      if (isAtGap) {
        leapTo(gapEnd, position);
      }
    }
  }

  /** Whether the process's budget is used up. */
  boolean exhausted() {
    return limits.maxTotalBytes() - bytesRead < PerfMapLimits.MIN_READ_BYTES;
  }

  /** Whether there are bytes of the file that will not be read. */
  boolean isReadInPart() {
    return isReadInPart;
  }

  /** Whether the file has lines that are no entries. */
  boolean hasBadLines() {
    return hasBadLines;
  }

  /** Whether there was no room for some of the file's entries. */
  boolean hasDroppedEntries() {
    return hasDroppedEntries;
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
      hasBadLines = true;
      return;
    }
    int nameLength = line.nameTo() - line.nameFrom();
    if (!table.add(line.start(), line.end(), block, line.nameFrom(), nameLength)) {
      droppedEntries++;
      hasDroppedEntries = true;
    }
  }
}
