package io.nodeflame.collector.store;

import io.nodeflame.collector.profile.EncodedProfile;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.h2.mvstore.Cursor;

/**
 * The profiles of the file, with the bounds of the store. Keys are milliseconds since 1970, shifted
 * left by {@value #SEQUENCE_BITS}, plus a number that tells profiles of one millisecond apart.
 *
 * <p>Not thread-safe. Throws what {@link ProfileFile} throws when the file fails.
 */
final class StoredProfiles {
  private static final int SEQUENCE_BITS = 21;
  private static final int MAX_SERIES = 20_000;
  private static final long MAX_MILLIS = 1L << 42;
  private static final Duration MAX_AHEAD = Duration.ofMinutes(10);

  /** Index entry, keys, and their share of pages and of chunk headers. */
  private static final int OVERHEAD_BYTES = 168;

  /** Longer times are not believed: a window is seconds, and an hour when all went wrong. */
  private static final long MAX_DURATION_MILLIS = Duration.ofHours(1).toMillis();

  private static final int COMMIT_BYTES = 512 << 10;
  private static final long COMMIT_NANOS = Duration.ofSeconds(1).toNanos();
  private static final int COMPACT_BYTES = 1 << 20;
  private static final int SHRINK_MILLIS = 50;

  private final StoreConfig config;
  private final ProfileFile file;
  private final WriteAccounts writes;
  private final boolean isWritable;
  private final Map<Long, StoredSeries> series = new HashMap<>();
  private final Map<Map<String, String>, Long> seriesIds = new HashMap<>();
  private final Map<DropReason, Long> droppedSamples = new EnumMap<>(DropReason.class);
  private long storedSamples;
  private long storedBytes;
  private long storedProfiles;
  private long longestMillis;
  private long nextSeries = 1;
  private long committedAt = System.nanoTime();

  private StoredProfiles(
      StoreConfig config, ProfileFile file, WriteAccounts writes, boolean isWritable) {
    this.config = config;
    this.file = file;
    this.writes = writes;
    this.isWritable = isWritable;
  }

  /**
   * Opens the file.
   *
   * @param writes is told what is put and what is on disk
   */
  static StoredProfiles open(StoreConfig config, WriteAccounts writes) throws IOException {
    return opened(config, writes, true);
  }

  /** Opens the file for queries alone. */
  static StoredProfiles openToRead(StoreConfig config, WriteAccounts writes) throws IOException {
    return opened(config, writes, false);
  }

  private static StoredProfiles opened(StoreConfig config, WriteAccounts writes, boolean isWritable)
      throws IOException {
    List<StoredProfiles> opened = new ArrayList<>();
    ProfileFile.Check check =
        file -> {
          StoredProfiles profiles = new StoredProfiles(config, file, writes, isWritable);
          profiles.load();
          opened.add(profiles);
        };
    if (isWritable) {
      ProfileFile.open(config.dir(), check);
    } else {
      ProfileFile.openToRead(config.dir(), check);
    }
    return opened.get(0);
  }

  /** Whether it takes profiles; otherwise it has those that were there. */
  boolean isWritable() {
    return isWritable;
  }

  private void load() throws IOException {
    for (Map.Entry<Long, byte[]> entry : file.series.entrySet()) {
      remember(entry.getKey(), StoredSeries.decode(entry.getValue()));
    }
    Cursor<Long, byte[]> cursor = file.index.cursor(null);
    while (cursor.hasNext()) {
      cursor.next();
      IndexEntry entry = IndexEntry.decode(cursor.getValue());
      StoredSeries owner = series.get(entry.series());
      if (owner == null) {
        throw new IOException("a profile of series " + entry.series() + ", which is not there");
      }
      owner.count(entry.timeNanos());
      count(entry, 1);
    }
    if (isWritable) {
      forgetUnused();
    }
  }

  private void forgetUnused() {
    for (Iterator<Map.Entry<Long, StoredSeries>> i = series.entrySet().iterator(); i.hasNext(); ) {
      Map.Entry<Long, StoredSeries> one = i.next();
      if (one.getValue().profiles == 0) {
        seriesIds.remove(one.getValue().labels());
        file.series.remove(one.getKey());
        i.remove();
      }
    }
  }

  private void remember(long id, StoredSeries one) {
    series.put(id, one);
    seriesIds.put(one.labels(), id);
    nextSeries = Math.max(nextSeries, id + 1);
  }

  /**
   * @param summary of the profile
   * @param nowMillis now, milliseconds since 1970
   */
  void put(EncodedProfile profile, TreeMerge.Summary summary, long nowMillis) {
    long millis = profile.time().toEpochMilli();
    if (millis < 0 || millis >= Math.min(MAX_MILLIS, nowMillis + MAX_AHEAD.toMillis())) {
      drop(DropReason.TIME, profile.samples());
    } else if (millis < nowMillis - config.retention().toMillis()) {
      drop(DropReason.RETENTION, profile.samples());
    } else {
      putInWindow(profile, summary, millis);
    }
    dropExpired(nowMillis);
    while (storedBytes > config.maxBytes() / 10 * 7 && storedProfiles > 0) {
      dropOldest(DropReason.SIZE);
    }
    if (file.unsavedBytes() > COMMIT_BYTES || System.nanoTime() - committedAt > COMMIT_NANOS) {
      commit();
    }
  }

  private void putInWindow(EncodedProfile profile, TreeMerge.Summary summary, long millis) {
    StoredSeries fresh = StoredSeries.of(profile);
    Long known = seriesIds.get(fresh.labels());
    long timeNanos = nanos(profile);
    if (known == null && (series.size() >= MAX_SERIES || !fresh.fits())) {
      drop(DropReason.SERIES_LIMIT, profile.samples());
      return;
    }
    long id = known == null ? nextSeries : known;
    StoredSeries owner = known == null ? fresh : series.getOrDefault(id, fresh);
    if (owner.newestNanos == timeNanos) {
      drop(DropReason.DUPLICATE, profile.samples());
      return;
    }
    if (known == null) {
      remember(id, fresh);
      file.series.put(id, fresh.encode());
    }
    IndexEntry entry =
        new IndexEntry(
            id,
            timeNanos,
            summary.value(),
            profile.samples(),
            profile.gzippedPprof().length,
            believable(summary.durationNanos()));
    long key = freeKey(millis);
    file.profiles.put(key, profile.gzippedPprof());
    file.index.put(key, entry.encode());
    owner.count(timeNanos);
    count(entry, 1);
    writes.put(key, entry.samples(), entry.bytes());
  }

  private static long believable(long durationNanos) {
    return Math.min(MAX_DURATION_MILLIS, Math.max(0, durationNanos / 1_000_000));
  }

  private static long nanos(EncodedProfile profile) {
    return ChronoUnit.NANOS.between(Instant.EPOCH, profile.time());
  }

  private long freeKey(long millis) {
    Long newest = file.index.floorKey(lastKey(millis));
    return newest == null || newest < firstKey(millis) ? firstKey(millis) : newest + 1;
  }

  static long firstKey(long millis) {
    return Math.min(millis, MAX_MILLIS) << SEQUENCE_BITS;
  }

  static long lastKey(long millis) {
    return firstKey(millis) | ((1L << SEQUENCE_BITS) - 1);
  }

  static long millisOf(long key) {
    return key >>> SEQUENCE_BITS;
  }

  void dropExpired(long nowMillis) {
    long oldest = Math.max(0, nowMillis - config.retention().toMillis());
    Long key = file.index.firstKey();
    while (key != null && millisOf(key) < oldest) {
      dropOldest(DropReason.RETENTION);
      key = file.index.firstKey();
    }
  }

  private void dropOldest(DropReason reason) {
    Long key = file.index.firstKey();
    if (key == null) {
      return;
    }
    IndexEntry entry = entry(file.index.remove(key));
    file.profiles.remove(key);
    count(entry, -1);
    drop(reason, entry.samples());
    writes.letGo(key);
    StoredSeries owner = series.get(entry.series());
    if (owner != null && --owner.profiles == 0) {
      series.remove(entry.series());
      seriesIds.remove(owner.labels());
      file.series.remove(entry.series());
    }
  }

  private static IndexEntry entry(byte[] encoded) {
    try {
      return IndexEntry.decode(encoded);
    } catch (IOException e) {
      // Loading looked at every entry, and put writes whole ones.
      throw new IllegalStateException(e);
    }
  }

  private void count(IndexEntry entry, int sign) {
    storedSamples += sign * entry.samples();
    storedBytes += sign * (entry.bytes() + OVERHEAD_BYTES);
    storedProfiles += sign;
    longestMillis = Math.max(longestMillis, entry.durationMillis());
  }

  void drop(DropReason reason, long samples) {
    droppedSamples.merge(reason, samples, Long::sum);
  }

  /** Writes, and keeps the file within its bound. */
  void commit() {
    file.commit();
    writes.committed();
    committedAt = System.nanoTime();
    if (file.sizeBytes() > config.maxBytes() / 10 * 9) {
      file.compact(COMPACT_BYTES);
      file.commit();
      if (file.sizeBytes() > config.maxBytes()) {
        file.shrink(SHRINK_MILLIS);
      }
    }
  }

  Map<Long, StoredSeries> series() {
    return series;
  }

  ProfileFile file() {
    return file;
  }

  long storedSamples() {
    return storedSamples;
  }

  long storedBytes() {
    return storedBytes - storedProfiles * OVERHEAD_BYTES;
  }

  long storedProfiles() {
    return storedProfiles;
  }

  /** The longest time that a profile covered: how far behind a range its values may end. */
  long longestMillis() {
    return longestMillis;
  }

  Map<DropReason, Long> droppedSamples() {
    return droppedSamples;
  }
}
