package io.nodeflame.symbolizer.perfmap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The pages of a file that were used last, on the heap; what was changed is written when its place
 * is needed. The file is read rather than mapped, since a disk that fails under mapped memory is a
 * fault of the process, which the Java machine reports some time later, if at all. Not for two
 * threads at once.
 */
final class PageCache {
  /** 1 MiB. */
  private static final int MAX_PAGES = 64;

  private static final int NONE = -1;

  private final PageFile file;
  private final byte[][] contents = new byte[MAX_PAGES][];
  private final ByteBuffer[] buffers = new ByteBuffer[MAX_PAGES];
  private final int[] pageIn = new int[MAX_PAGES];
  private final boolean[] isChanged = new boolean[MAX_PAGES];
  private final boolean[] wasUsed = new boolean[MAX_PAGES];
  private int[] placeOf = new int[0];
  private int allocated;
  private int hand;

  PageCache(PageFile file) {
    this.file = file;
    Arrays.fill(pageIn, NONE);
  }

  /**
   * What is in the page, to be read until the next call.
   *
   * @param page by its place in the file
   * @throws UncheckedIOException when the file cannot be read, or another page not be written
   */
  ByteBuffer toRead(int page) {
    return buffers[placeOf(page)];
  }

  /**
   * As {@link #toRead}, and to be written, too.
   *
   * @param page by its place in the file
   */
  ByteBuffer toWrite(int page) {
    int place = placeOf(page);
    isChanged[place] = true;
    return buffers[place];
  }

  /** Nobody needs what is in the page any more. */
  void forget(int page) {
    if (page < placeOf.length && placeOf[page] != NONE) {
      clear(placeOf[page]);
    }
  }

  private int placeOf(int page) {
    if (page >= placeOf.length) {
      int known = placeOf.length;
      placeOf = Arrays.copyOf(placeOf, Math.max(2 * known, page + 1));
      Arrays.fill(placeOf, known, placeOf.length, NONE);
    }
    int place = placeOf[page];
    if (place == NONE) {
      place = load(page);
    }
    wasUsed[place] = true;
    return place;
  }

  private int load(int page) {
    int place = freePlace();
    if (place == allocated) {
      contents[place] = new byte[PageMemory.PAGE_BYTES];
      buffers[place] = ByteBuffer.wrap(contents[place]).order(ByteOrder.nativeOrder());
      allocated++;
    }
    try {
      file.read(page, contents[place]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    pageIn[place] = page;
    placeOf[page] = place;
    return place;
  }

  /** One that was never used, or else the next whose page was not since the hand came by. */
  private int freePlace() {
    while (wasUsed[hand]) {
      wasUsed[hand] = false;
      hand = (hand + 1) % MAX_PAGES;
    }
    int place = hand;
    hand = (hand + 1) % MAX_PAGES;
    if (pageIn[place] != NONE) {
      if (isChanged[place]) {
        save(place);
      }
      clear(place);
    }
    return place;
  }

  private void save(int place) {
    try {
      file.write(pageIn[place], contents[place]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void clear(int place) {
    placeOf[pageIn[place]] = NONE;
    pageIn[place] = NONE;
    isChanged[place] = false;
    wasUsed[place] = false;
  }
}
