package io.nodeflame.symbolizer.unwind;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows as they come, in pieces, so that a large list is not copied while it grows. */
final class RowList {
  private static final int PIECE_ROWS = 8 * 1024;

  private final int maxRows;
  private final List<long[]> pieces = new ArrayList<>();
  private int size;

  RowList(int maxRows) {
    this.maxRows = maxRows;
  }

  int size() {
    return size;
  }

  /** How many more there is room for. */
  int room() {
    return maxRows - size;
  }

  void add(long row) {
    int place = size % PIECE_ROWS;
    if (place == 0) {
      pieces.add(new long[PIECE_ROWS]);
    }
    pieces.get(pieces.size() - 1)[place] = row;
    size++;
  }

  long get(int index) {
    return pieces.get(index / PIECE_ROWS)[index % PIECE_ROWS];
  }

  /** Gives back what the last piece has too much. */
  void trim() {
    int last = pieces.size() - 1;
    if (last >= 0) {
      pieces.set(last, Arrays.copyOf(pieces.get(last), size - last * PIECE_ROWS));
    }
  }
}
