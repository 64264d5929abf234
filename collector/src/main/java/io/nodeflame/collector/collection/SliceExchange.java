package io.nodeflame.collector.collection;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Hands filled tables from the sampling to the collecting thread and empty ones back. Bounded: when
 * the collecting thread is behind, the sampling thread cannot hand over, stops draining, and the
 * kernel counts what its ring can no longer hold.
 */
final class SliceExchange {
  private static final int TABLES = 3;

  /**
   * A filled table and the number of its slice.
   *
   * @param endNanos when the ring was last drained into it, by {@link System#nanoTime}
   */
  record Slice(long number, StackTable table, long endNanos) {}

  private final BlockingQueue<Slice> filled = new ArrayBlockingQueue<>(TABLES);
  private final BlockingQueue<StackTable> empty = new ArrayBlockingQueue<>(TABLES);
  private volatile long lastDone = -1;

  SliceExchange() {
    for (int i = 0; i < TABLES; i++) {
      empty.add(new StackTable());
    }
  }

  /** An empty table, null when all are on their way. */
  @Nullable StackTable takeEmpty() {
    return empty.poll();
  }

  /** An empty table, waited for; null after the time. */
  @Nullable StackTable awaitEmpty(long millis) throws InterruptedException {
    return empty.poll(millis, TimeUnit.MILLISECONDS);
  }

  /** Never full: there are as many places as tables. */
  void putFilled(Slice slice) {
    filled.add(slice);
  }

  @Nullable Slice awaitFilled(long millis) throws InterruptedException {
    return filled.poll(millis, TimeUnit.MILLISECONDS);
  }

  /** Gives the table of a slice back: nobody looks at the slice's images any more. */
  void putEmpty(Slice slice) {
    slice.table().clear();
    lastDone = slice.number();
    empty.add(slice.table());
  }

  /** The newest slice that was given back, and with it all before; -1 for none. */
  long lastDone() {
    return lastDone;
  }
}
