package io.nodeflame.symbolizer.symbols;

import java.io.IOException;

/**
 * Turns sorted symbols into entries: drops aliases, gives sizes to those without, finds parents.
 */
final class EntryWriter {
  private final EntryOutput output;
  private final int[] openEntries = new int[IndexFormat.MAX_NESTING];
  private final long[] openEnds = new long[IndexFormat.MAX_NESTING];
  private int open;
  private int count;
  private long lastStart;
  private long lastSize;

  private boolean isWaiting; // for the next symbol, to know where an unsized one ends
  private long waitingStart;
  private long waitingReach;
  private long waitingName;

  EntryWriter(EntryOutput output) {
    this.output = output;
  }

  void add(SymbolRun symbol) throws IOException {
    long size = SymbolRecords.size(symbol.sizeAndPreference);
    if (isWaiting) {
      if (symbol.start == waitingStart) {
        return;
      }
      writeWaiting(symbol.start - waitingStart);
    }
    if (count > 0 && symbol.start == lastStart && (size == lastSize || size == 0)) {
      return;
    }
    closeUntil(symbol.start);
    if (size != 0) {
      writeSized(symbol, size);
    } else if (open == 0) { // else a label inside a function, which is not its end
      isWaiting = true;
      waitingStart = symbol.start;
      waitingReach = SymbolRecords.reach(symbol.nameAndReach);
      waitingName = SymbolRecords.nameOffset(symbol.nameAndReach);
    }
  }

  /** The number of entries written. */
  int finish() throws IOException {
    if (isWaiting) {
      writeWaiting(waitingReach);
    }
    return count;
  }

  private void writeWaiting(long distance) throws IOException {
    isWaiting = false;
    long size = Long.compareUnsigned(distance, waitingReach) < 0 ? distance : waitingReach;
    write(waitingStart, size, waitingName, -1);
  }

  private void writeSized(SymbolRun symbol, long size) throws IOException {
    write(
        symbol.start,
        size,
        SymbolRecords.nameOffset(symbol.nameAndReach),
        open == 0 ? -1 : openEntries[open - 1]);
    if (open == IndexFormat.MAX_NESTING) { // forget the outermost
      open--;
      System.arraycopy(openEntries, 1, openEntries, 0, open);
      System.arraycopy(openEnds, 1, openEnds, 0, open);
    }
    openEntries[open] = count - 1;
    openEnds[open] = symbol.start + size;
    open++;
  }

  private void closeUntil(long start) {
    while (open > 0 && Long.compareUnsigned(openEnds[open - 1], start) <= 0) {
      open--;
    }
  }

  private void write(long start, long size, long name, int parent) throws IOException {
    output.entry(start, size, name, parent);
    lastStart = start;
    lastSize = size;
    count++;
  }
}
