package io.nodeflame.collector.store;

import java.util.HashMap;
import java.util.Map;

/**
 * Which of the profiles that were put into the file are on disk. Outlives the file's failures. Not
 * thread-safe.
 */
final class WriteAccounts {
  /** What waits for the next commit, by key; some 512 KiB of profiles at most. */
  private final Map<Long, Put> unwritten = new HashMap<>();

  private StoreAccounts.Counts written = StoreAccounts.Counts.ZERO;

  private record Put(long samples, long bytes) {}

  /** A profile was put into the file, and is not on disk yet. */
  void put(long key, long samples, long bytes) {
    unwritten.put(key, new Put(samples, bytes));
  }

  /** A profile was let go for age or size: if it was not on disk yet, it never will be. */
  void letGo(long key) {
    Put gone = unwritten.remove(key);
    if (gone != null) {
      // It could be queried until now, as one that was on disk for a moment.
      written = written.plus(new StoreAccounts.Counts(1, gone.samples(), gone.bytes()));
    }
  }

  /** All that was put is on disk now. */
  void committed() {
    written = written.plus(waiting());
    unwritten.clear();
  }

  /**
   * The file failed: what was not on disk is lost.
   *
   * @return samples of it
   */
  long lost() {
    long samples = waiting().samples();
    unwritten.clear();
    return samples;
  }

  StoreAccounts.Counts written() {
    return written;
  }

  StoreAccounts.Counts waiting() {
    long samples = 0;
    long bytes = 0;
    for (Put put : unwritten.values()) {
      samples += put.samples();
      bytes += put.bytes();
    }
    return new StoreAccounts.Counts(unwritten.size(), samples, bytes);
  }
}
