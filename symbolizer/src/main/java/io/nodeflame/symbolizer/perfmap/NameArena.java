package io.nodeflame.symbolizer.perfmap;

/** Bytes of names, one after another. A name is known by a reference: its place and length. */
final class NameArena {
  /** Returned when the memory is full; no reference is negative. */
  static final long NO_ROOM = -1;

  /** A length takes 13 bits: names are at most a line, 4,096 bytes. */
  private static final int LENGTH_BITS = 13;

  private static final int LENGTH_MASK = (1 << LENGTH_BITS) - 1;

  private final PageMemory memory;
  private final PageList pages;
  private long size;

  NameArena(PageMemory memory) {
    this.memory = memory;
    this.pages = new PageList(memory);
  }

  long size() {
    return size;
  }

  static int length(long reference) {
    return (int) reference & LENGTH_MASK;
  }

  /** Keeps the name, at most 4,096 bytes, and returns its reference. */
  long add(byte[] bytes, int from, int length) {
    while (size + length > (long) pages.count() * PageMemory.PAGE_BYTES) {
      if (!pages.add()) {
        return NO_ROOM;
      }
    }
    long reference = size << LENGTH_BITS | length;
    int done = 0;
    while (done < length) {
      int offset = (int) (size % PageMemory.PAGE_BYTES);
      int part = Math.min(length - done, PageMemory.PAGE_BYTES - offset);
      int page = pages.get((int) (size / PageMemory.PAGE_BYTES));
      memory.put(page, offset, bytes, from + done, part);
      size += part;
      done += part;
    }
    return reference;
  }

  /** Copies the name to the start of the array, which must hold {@link #length} bytes. */
  void get(long reference, byte[] target) {
    int length = length(reference);
    long place = reference >>> LENGTH_BITS;
    int done = 0;
    while (done < length) {
      int offset = (int) (place % PageMemory.PAGE_BYTES);
      int part = Math.min(length - done, PageMemory.PAGE_BYTES - offset);
      memory.get(pages.get((int) (place / PageMemory.PAGE_BYTES)), offset, target, done, part);
      place += part;
      done += part;
    }
  }

  void free() {
    pages.freeAll();
    size = 0;
  }
}
