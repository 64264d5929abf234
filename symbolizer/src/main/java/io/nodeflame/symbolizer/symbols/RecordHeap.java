package io.nodeflame.symbolizer.symbols;

/** Records that are sorted where they lie. Heapsort: in place, and no input makes it slow. */
abstract class RecordHeap {
  abstract boolean isLess(int left, int right);

  abstract void swap(int left, int right);

  /** Sorts the first records. */
  final void sort(int count) {
    for (int root = count / 2 - 1; root >= 0; root--) {
      sink(root, count);
    }
    for (int end = count - 1; end > 0; end--) {
      swap(0, end);
      sink(0, end);
    }
  }

  private void sink(int from, int end) {
    int root = from;
    while (2 * root + 1 < end) {
      int child = 2 * root + 1;
      if (child + 1 < end && isLess(child, child + 1)) {
        child++;
      }
      if (!isLess(root, child)) {
        return;
      }
      swap(root, child);
      root = child;
    }
  }
}
