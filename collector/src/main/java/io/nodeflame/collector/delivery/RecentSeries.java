package io.nodeflame.collector.delivery;

/**
 * Which series were seen within the last hour, as hashes: 12 bytes for each of at most four slots a
 * series. Two series with one hash count as one. For one thread at a time.
 */
final class RecentSeries {
  private static final int HOUR_MINUTES = 60;
  private static final int MIN_SLOTS = 64;

  /** 0 stands for a free slot. */
  private long[] hashes = new long[MIN_SLOTS];

  private int[] seenMinutes = new int[MIN_SLOTS];
  private int size;
  private int cleanMinute;

  int size() {
    return size;
  }

  /** Whether the series is known; it counts as seen now, then. */
  boolean see(long hash, int minute) {
    int slot = slot(hashes, key(hash));
    if (hashes[slot] == 0) {
      return false;
    }
    seenMinutes[slot] = minute;
    return true;
  }

  /** Adds a series that is not known. */
  void add(long hash, int minute) {
    if (2 * (size + 1) > hashes.length) {
      keepSince(Integer.MIN_VALUE, size + 1);
    }
    put(key(hash), minute);
  }

  /** Forgets what was not seen for an hour. Minutes only grow. */
  void expire(int minute) {
    if (minute == cleanMinute) {
      return;
    }
    cleanMinute = minute;
    int since = minute - HOUR_MINUTES;
    int kept = 0;
    for (int slot = 0; slot < hashes.length; slot++) {
      if (hashes[slot] != 0 && seenMinutes[slot] >= since) {
        kept++;
      }
    }
    if (kept < size) {
      keepSince(since, kept);
    }
  }

  /** Into tables of which that many series fill half at most. */
  private void keepSince(int since, int series) {
    long[] oldHashes = hashes;
    int[] oldMinutes = seenMinutes;
    int slots = Math.max(MIN_SLOTS, Integer.highestOneBit(Math.max(1, series)) * 4);
    hashes = new long[slots];
    seenMinutes = new int[slots];
    size = 0;
    for (int slot = 0; slot < oldHashes.length; slot++) {
      if (oldHashes[slot] != 0 && oldMinutes[slot] >= since) {
        put(oldHashes[slot], oldMinutes[slot]);
      }
    }
  }

  private void put(long key, int minute) {
    int slot = slot(hashes, key);
    hashes[slot] = key;
    seenMinutes[slot] = minute;
    size++;
  }

  /** Where the key is, or the free slot where it belongs; there always is one. */
  private static int slot(long[] hashes, long key) {
    int mask = hashes.length - 1;
    int slot = (int) (key ^ (key >>> 32)) & mask;
    while (hashes[slot] != 0 && hashes[slot] != key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private static long key(long hash) {
    return hash == 0 ? 1 : hash;
  }
}
