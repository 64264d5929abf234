package io.nodeflame.collector.store;

import java.io.IOException;
import java.util.Set;
import org.h2.mvstore.Cursor;

/**
 * Walks once through the index entries of some series, some hundred at a time, so that the store is
 * free for others in between. For one thread.
 */
final class IndexScan {
  private static final int BATCH = 256;

  private final ProfileStore store;
  private final Set<Long> wanted;
  private final long lastKey;
  private final long[] keys = new long[BATCH];
  private final IndexEntry[] entries = new IndexEntry[BATCH];
  private long nextKey;
  private int count;
  private boolean isAtEnd;

  IndexScan(ProfileStore store, Set<Long> wanted, TimeRange range) {
    this.store = store;
    this.wanted = wanted;
    nextKey = StoredProfiles.firstKey(range.fromMillis());
    lastKey = StoredProfiles.lastKey(range.untilMillis());
    isAtEnd = wanted.isEmpty();
  }

  /**
   * Goes on to the next entries, which may be none also midway.
   *
   * @return whether there may be some: false after the last ones
   * @throws IOException when the file fails
   */
  boolean next() throws IOException {
    if (isAtEnd) {
      return false;
    }
    count = store.read(this::fill);
    return true;
  }

  private int fill(StoredProfiles profiles) throws IOException {
    int found = 0;
    Cursor<Long, byte[]> cursor = profiles.file().index.cursor(nextKey, lastKey, false);
    for (int seen = 0; seen < 4 * BATCH && found < keys.length; seen++) {
      if (!cursor.hasNext()) {
        isAtEnd = true;
        return found;
      }
      long key = cursor.next();
      IndexEntry entry = IndexEntry.decode(cursor.getValue());
      if (wanted.contains(entry.series())) {
        keys[found] = key;
        entries[found++] = entry;
      }
      nextKey = key + 1;
    }
    return found;
  }

  /** How many there are now. */
  int count() {
    return count;
  }

  long key(int number) {
    return keys[number];
  }

  IndexEntry entry(int number) {
    return entries[number];
  }
}
