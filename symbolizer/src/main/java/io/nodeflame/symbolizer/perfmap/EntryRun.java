package io.nodeflame.symbolizer.perfmap;

/**
 * Entries sorted by address and disjoint, outside the heap. Entries are added in order, and later
 * only marked as dead.
 *
 * <pre>
 *  0  start of the code
 *  8  end of the code
 * 16  name reference while alive; ~(index of the next entry that may be alive) when dead
 * 24
 * </pre>
 */
final class EntryRun {
  static final int ENTRY_BYTES = 24;
  private static final int PER_PAGE = PageMemory.PAGE_BYTES / ENTRY_BYTES;

  private final PageMemory memory;
  private final PageList pages;
  private int size;
  private int alive;

  EntryRun(PageMemory memory) {
    this.memory = memory;
    this.pages = new PageList(memory);
  }

  /** Entries, dead ones included. */
  int size() {
    return size;
  }

  int alive() {
    return alive;
  }

  /** Adds an entry above all others; false when there is no more memory. */
  boolean add(long start, long end, long name) {
    if (size == pages.count() * PER_PAGE && !pages.add()) {
      return false;
    }
    int index = size++;
    put(index, 0, start);
    put(index, 8, end);
    put(index, 16, name);
    alive++;
    return true;
  }

  long start(int index) {
    return get(index, 0);
  }

  long end(int index) {
    return get(index, 8);
  }

  /** Name reference; negative when the entry is dead. */
  long name(int index) {
    return get(index, 16);
  }

  /** Name reference of the entry that covers the address; negative when none does. */
  long find(long address) {
    int index = lastAtOrBelow(address);
    return index >= 0 && address < end(index) ? name(index) : -1;
  }

  /**
   * Marks every entry that shares an address with {@code [start, end)} as dead.
   *
   * @return bytes of entries and names that nobody needs any more
   */
  long kill(long start, long end) {
    int index = lastAtOrBelow(start);
    if (index < 0 || end(index) <= start) {
      index++;
    }
    int first = index;
    long wasted = 0;
    // Dead ones are jumped over in one step however many they are: a map of hostile lines that
    // each cover everything would otherwise cost the square of its length.
    while (index < size && start(index) < end) {
      long name = name(index);
      if (name < 0) {
        index = (int) ~name;
      } else {
        wasted += ENTRY_BYTES + NameArena.length(name);
        alive--;
        index++;
        put(index - 1, 16, ~(long) index);
      }
    }
    shortenJumps(first, index);
    return wasted;
  }

  void free() {
    pages.freeAll();
    size = 0;
    alive = 0;
  }

  /** Lets each jump between the two end at the second; only those on the way from the first. */
  private void shortenJumps(int from, int to) {
    int index = from;
    while (index < to) {
      int next = (int) ~name(index);
      put(index, 16, ~(long) to);
      index = next;
    }
  }

  private int lastAtOrBelow(long address) {
    int low = 0;
    int high = size - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (start(middle) <= address) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  private long get(int index, int offset) {
    return memory.getLong(pages.get(index / PER_PAGE), index % PER_PAGE * ENTRY_BYTES + offset);
  }

  private void put(int index, int offset, long value) {
    memory.putLong(pages.get(index / PER_PAGE), index % PER_PAGE * ENTRY_BYTES + offset, value);
  }
}
