package io.nodeflame.symbolizer.perfmap;

import java.util.Arrays;

/** The pages of one table, in order. */
final class PageList {
  private final PageMemory memory;
  private int[] pages = new int[2];
  private int count;

  PageList(PageMemory memory) {
    this.memory = memory;
  }

  int count() {
    return count;
  }

  int get(int index) {
    return pages[index];
  }

  /** Adds a page; false when there is no more memory. */
  boolean add() {
    int page = memory.allocate();
    if (page < 0) {
      return false;
    }
    if (count == pages.length) {
      pages = Arrays.copyOf(pages, count * 2);
    }
    pages[count++] = page;
    return true;
  }

  void freeAll() {
    while (count > 0) {
      memory.free(pages[--count]);
    }
  }
}
