package io.nodeflame.collector.collection;

import java.util.function.LongSupplier;

/**
 * Keeps the heap near what is in use. The JVM lets garbage grow up to the heap's bound before it
 * collects all of it, and memory that it once took stays taken; a collection of so small a heap
 * takes some 30 ms. Looked at after each window, for the collecting thread.
 */
final class HeapKeeper {
  /** What may be garbage, or half of what is in use where that is more. */
  private static final long SPARE_BYTES = 10L << 20;

  /** Of a host's daemon that has read its programs. */
  private static final long USUAL_BYTES = 9L << 20;

  private final LongSupplier usedBytes;
  private final Runnable collection;
  private long collectAbove = USUAL_BYTES + SPARE_BYTES;
  private volatile long liveBytes;

  /**
   * @param usedBytes of the heap, garbage included
   * @param collection collects all garbage
   */
  HeapKeeper(LongSupplier usedBytes, Runnable collection) {
    this.usedBytes = usedBytes;
    this.collection = collection;
  }

  /** Of this JVM. */
  static HeapKeeper ofRuntime() {
    Runtime runtime = Runtime.getRuntime();
    return new HeapKeeper(() -> runtime.totalMemory() - runtime.freeMemory(), runtime::gc);
  }

  void afterWindow() {
    if (usedBytes.getAsLong() > collectAbove) {
      collection.run();
      long live = usedBytes.getAsLong();
      liveBytes = live;
      collectAbove = live + Math.max(SPARE_BYTES, live / 2);
    }
  }

  /** What was in use after the last such collection; 0 before the first. For any thread. */
  long liveBytes() {
    return liveBytes;
  }
}
