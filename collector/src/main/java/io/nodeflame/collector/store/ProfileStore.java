package io.nodeflame.collector.store;

import io.nodeflame.collector.profile.EncodedProfile;
import io.nodeflame.collector.profile.ProfileSink;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import org.h2.mvstore.Cursor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recent profiles on this node's disk: a sink, and the answers to queries over it. Has no thread of
 * its own. What was accepted is on disk after the next {@link #flush} or after a later {@code
 * accept}, at most 512 KiB later. When the file fails, profiles are dropped and counted, and it is
 * opened again after a minute.
 *
 * <p>Thread-safe: one lock, held for one profile or some hundred index entries at a time, so that a
 * long query does not hold up collection.
 */
public final class ProfileStore implements ProfileSink, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ProfileStore.class);
  private static final int BATCH = 256;
  private static final long REOPEN_MILLIS = 60_000;

  /** More groups than this are counted together, under empty labels. */
  private static final int MAX_GROUPS = 2000;

  private static final int MAX_POINTS = 200_000;

  private final StoreConfig config;
  private final Clock clock;
  private final Object lock = new Object();
  private final Map<DropReason, Long> droppedBefore = new EnumMap<>(DropReason.class);
  private @Nullable StoredProfiles profiles;
  private boolean closed;
  private long failedAtMillis;
  private long acceptedSamples;
  private long reopenedSamples;
  private long deliveredProfiles;
  private long deliveredBytes;

  private ProfileStore(StoreConfig config, Clock clock, StoredProfiles profiles) {
    this.config = config;
    this.clock = clock;
    this.profiles = profiles;
    this.reopenedSamples = profiles.storedSamples();
  }

  /**
   * Opens the store; a damaged file is moved aside with a warning.
   *
   * @throws IOException when the directory cannot be written, or another process uses it
   */
  public static ProfileStore open(StoreConfig config, Clock clock) throws IOException {
    return new ProfileStore(config, clock, StoredProfiles.open(config));
  }

  @Override
  public String name() {
    return "store";
  }

  @Override
  public void accept(EncodedProfile profile) {
    TreeMerge.Summary summary = null;
    try {
      summary = TreeMerge.summary(profile.gzippedPprof(), profile.type().sampleType());
    } catch (IOException e) {
      log.debug("store: profile of {} refused: {}", profile.labels(), e.getMessage());
    }
    synchronized (lock) {
      acceptedSamples += profile.samples();
      StoredProfiles now = openAgain();
      if (summary == null) {
        dropNow(DropReason.MALFORMED, profile.samples());
      } else if (now == null) {
        dropNow(DropReason.STORE_FAILED, profile.samples());
      } else {
        put(now, profile, summary);
      }
    }
  }

  private void put(StoredProfiles now, EncodedProfile profile, TreeMerge.Summary summary) {
    long accounted = now.storedSamples() + sum(now.droppedSamples());
    long refused = now.refusedProfiles();
    try {
      now.put(profile, summary, clock.millis());
      if (now.refusedProfiles() == refused) {
        deliveredProfiles++;
        deliveredBytes += profile.gzippedPprof().length;
      }
    } catch (RuntimeException e) {
      // Whether the profile had been counted before the file failed.
      long counted = now.storedSamples() + sum(now.droppedSamples()) - accounted;
      dropNow(DropReason.STORE_FAILED, profile.samples() - counted);
      fail(now, e);
    }
  }

  private static long sum(Map<DropReason, Long> samples) {
    long sum = 0;
    for (long one : samples.values()) {
      sum += one;
    }
    return sum;
  }

  private void dropNow(DropReason reason, long samples) {
    droppedBefore.merge(reason, samples, Long::sum);
  }

  private void fail(StoredProfiles now, RuntimeException e) {
    log.warn("store: the file failed, dropping profiles for a minute: {}", e.getMessage());
    now.droppedSamples().forEach(this::dropNow);
    dropNow(DropReason.FILE_FAILED, now.storedSamples());
    profiles = null;
    failedAtMillis = clock.millis();
    try {
      now.file().abandon();
    } catch (RuntimeException again) {
      log.debug("store: closing failed as well", again);
    }
  }

  private @Nullable StoredProfiles openAgain() {
    StoredProfiles now = profiles;
    if (now != null || closed || clock.millis() - failedAtMillis < REOPEN_MILLIS) {
      return now;
    }
    try {
      now = StoredProfiles.open(config);
      reopenedSamples += now.storedSamples();
      profiles = now;
      log.info("store: open again");
      return now;
    } catch (IOException e) {
      failedAtMillis = clock.millis();
      log.warn("store: {}", e.getMessage());
      return null;
    }
  }

  /** Writes what is not on disk yet and drops what is too old. For the end of a window. */
  public void flush() {
    synchronized (lock) {
      StoredProfiles now = profiles;
      if (now == null) {
        return;
      }
      try {
        now.dropExpired(clock.millis());
        now.commit();
      } catch (RuntimeException e) {
        fail(now, e);
      }
    }
  }

  /** What became of all samples so far. */
  public StoreAccounts accounts() {
    synchronized (lock) {
      Map<DropReason, Long> dropped = new EnumMap<>(DropReason.class);
      for (DropReason reason : DropReason.values()) {
        dropped.put(reason, droppedBefore.getOrDefault(reason, 0L));
      }
      StoreAccounts.Delivered delivered =
          new StoreAccounts.Delivered(deliveredProfiles, deliveredBytes);
      StoredProfiles now = profiles;
      if (now == null) {
        return new StoreAccounts(
            acceptedSamples, reopenedSamples, 0, delivered, dropped, 0, 0, 0, 0);
      }
      now.droppedSamples().forEach((reason, samples) -> dropped.merge(reason, samples, Long::sum));
      return new StoreAccounts(
          acceptedSamples,
          reopenedSamples,
          now.storedSamples(),
          delivered,
          dropped,
          now.storedProfiles(),
          now.storedBytes(),
          now.file().sizeBytes(),
          now.series().size());
    }
  }

  /** Time of the newest profile, milliseconds since 1970; 0 when there is none. */
  public long newestMillis() {
    synchronized (lock) {
      StoredProfiles now = profiles;
      Long newest = now == null ? null : now.file().index.lastKey();
      return newest == null ? 0 : StoredProfiles.millisOf(newest);
    }
  }

  /** Ids of the profile types that have profiles in a range, sorted. */
  public SortedSet<String> profileTypes(TimeRange range) {
    SortedSet<String> types = new TreeSet<>();
    for (StoredSeries one : matching(Selector.ALL, range).values()) {
      types.add(one.typeId());
    }
    return types;
  }

  /**
   * Label names of the matching series.
   *
   * @throws IllegalArgumentException when a regular expression of the selector costs too much
   */
  public SortedSet<String> labelNames(Selector selector, TimeRange range) {
    SortedSet<String> names = new TreeSet<>();
    for (StoredSeries one : matching(selector, range).values()) {
      names.addAll(one.labels().keySet());
    }
    return names;
  }

  /** Values of a label among the matching series; as {@link #labelNames}. */
  public SortedSet<String> labelValues(String name, Selector selector, TimeRange range) {
    SortedSet<String> values = new TreeSet<>();
    for (StoredSeries one : matching(selector, range).values()) {
      String value = one.labels().get(name);
      if (value != null) {
        values.add(value);
      }
    }
    return values;
  }

  /**
   * Distinct label sets of the matching series; as {@link #labelNames}.
   *
   * @param names the labels to keep, all when empty
   */
  public List<SortedMap<String, String>> series(
      Selector selector, Collection<String> names, TimeRange range) {
    Set<SortedMap<String, String>> sets = new HashSet<>();
    List<SortedMap<String, String>> result = new ArrayList<>();
    for (StoredSeries one : matching(selector, range).values()) {
      SortedMap<String, String> labels = only(one.labels(), names, names.isEmpty());
      if (!labels.isEmpty() && sets.add(labels)) {
        result.add(labels);
      }
    }
    return result;
  }

  private static SortedMap<String, String> only(
      SortedMap<String, String> labels, Collection<String> names, boolean all) {
    SortedMap<String, String> kept = new TreeMap<>(labels);
    if (!all) {
      kept.keySet().retainAll(names);
    }
    return kept;
  }

  private Map<Long, StoredSeries> matching(Selector selector, TimeRange range) {
    Map<Long, StoredSeries> matching = new HashMap<>();
    synchronized (lock) {
      StoredProfiles now = profiles;
      if (now != null) {
        matching.putAll(now.series());
        matching.values().removeIf(one -> !one.mayOverlap(range));
      }
    }
    matching.values().removeIf(one -> !selector.matches(one.labels()));
    return matching;
  }

  private Map<Long, StoredSeries> matching(String typeId, Selector selector, TimeRange range) {
    Map<Long, StoredSeries> matching = matching(selector, range);
    matching.values().removeIf(one -> !one.typeId().equals(typeId));
    return matching;
  }

  /**
   * Adds the matching profiles to a tree; the caller sums up.
   *
   * @param column of the tree
   * @param limit how long it may take
   * @return profiles added
   * @throws IOException when the file fails
   * @throws TimeoutException when it takes longer: the tree is incomplete then
   */
  public int merge(
      String typeId, Selector selector, TimeRange range, CallTree tree, int column, Duration limit)
      throws IOException, TimeoutException {
    Map<Long, StoredSeries> wanted = matching(typeId, selector, range);
    long deadline = System.nanoTime() + limit.toNanos();
    TreeMerge merge = new TreeMerge(tree);
    String sampleType = sampleType(typeId);
    int merged = 0;
    long[] keys = new long[BATCH];
    IndexEntry[] entries = new IndexEntry[BATCH];
    Scan scan = new Scan(range);
    while (!wanted.isEmpty()) {
      int count = scan.next(wanted.keySet(), keys, entries);
      for (int i = 0; i < count; i++) {
        byte[] profile = profile(keys[i]);
        if (profile != null) {
          merge.add(profile, sampleType, column);
          merged++;
        }
        checkTime(deadline);
      }
      if (scan.atEnd) {
        break;
      }
      checkTime(deadline);
    }
    return merged;
  }

  private static String sampleType(String typeId) {
    String[] parts = typeId.split(":", -1);
    return parts.length > 1 ? parts[1] : "";
  }

  private static void checkTime(long deadline) throws TimeoutException {
    if (System.nanoTime() - deadline > 0) {
      throw new TimeoutException("the query takes too long: ask for less time or fewer series");
    }
  }

  private byte @Nullable [] profile(long key) throws IOException {
    synchronized (lock) {
      StoredProfiles now = profiles;
      if (now == null) {
        throw new IOException("the store is closed");
      }
      try {
        return now.file().profiles.get(key);
      } catch (RuntimeException e) {
        fail(now, e);
        throw new IOException("the store's file cannot be read", e);
      }
    }
  }

  /**
   * Values over time: the point at {@code from + k * step} has what came after the step before. The
   * value of a profile is spread over the time that it covers.
   *
   * @param groupBy labels that make a group; none for one group of all
   * @return groups, the largest first
   * @throws IOException when the file fails
   * @throws TimeoutException when it takes longer than the limit
   */
  public List<SeriesPoints> points(
      String typeId,
      Selector selector,
      TimeRange range,
      long stepMillis,
      Collection<String> groupBy,
      Duration limit)
      throws IOException, TimeoutException {
    if (stepMillis <= 0) {
      throw new IllegalArgumentException("step must be more than 0");
    }
    TimeRange ends = endsOf(range);
    Map<Long, StoredSeries> wanted = matching(typeId, selector, ends);
    Map<SortedMap<String, String>, SteppedValues> groups = new HashMap<>();
    Map<Long, SteppedValues> groupOf = new HashMap<>();
    wanted.forEach(
        (id, one) -> {
          SortedMap<String, String> labels = only(one.labels(), groupBy, false);
          if (groups.size() >= MAX_GROUPS && !groups.containsKey(labels)) {
            labels = new TreeMap<>();
          }
          groupOf.put(
              id, groups.computeIfAbsent(labels, none -> new SteppedValues(range, stepMillis)));
        });
    long[] points = new long[1];
    scan(
        wanted.keySet(),
        ends,
        limit,
        (until, entry) -> {
          SteppedValues group = groupOf.get(entry.series());
          points[0] += group == null ? 0 : group.add(until, entry.durationMillis(), entry.value());
          if (points[0] > MAX_POINTS) {
            throw new IllegalArgumentException(
                "more than " + MAX_POINTS + " points: use a longer step");
          }
        });
    List<SeriesPoints> result = new ArrayList<>();
    groups.forEach(
        (labels, values) -> {
          if (!values.points().isEmpty()) {
            result.add(new SeriesPoints(labels, values.points()));
          }
        });
    result.sort((a, b) -> Long.compare(b.sum(), a.sum()));
    return result;
  }

  /**
   * The times within a range in which somebody looked: what the profiles of all series of a type
   * cover, and idle times of less than a minute between them. So a series that has no profile there
   * did not run.
   *
   * @return apart from each other, in order
   * @throws IOException when the file fails
   * @throws TimeoutException when it takes longer than the limit
   */
  public List<TimeRange> covered(String typeId, TimeRange range, Duration limit)
      throws IOException, TimeoutException {
    TimeRange ends = endsOf(range);
    Coverage coverage = new Coverage(range);
    scan(
        matching(typeId, Selector.ALL, ends).keySet(),
        ends,
        limit,
        (until, entry) -> coverage.add(until - entry.durationMillis(), until));
    return coverage.ranges();
  }

  /** Where profiles end that may have a part in a range. */
  private TimeRange endsOf(TimeRange range) {
    synchronized (lock) {
      StoredProfiles now = profiles;
      long longest = now == null ? 0 : now.longestMillis();
      return new TimeRange(range.fromMillis(), range.untilMillis() + longest);
    }
  }

  private interface EntryConsumer {
    void accept(long untilMillis, IndexEntry entry);
  }

  private void scan(Set<Long> wanted, TimeRange ends, Duration limit, EntryConsumer consumer)
      throws IOException, TimeoutException {
    long deadline = System.nanoTime() + limit.toNanos();
    long[] keys = new long[BATCH];
    IndexEntry[] entries = new IndexEntry[BATCH];
    Scan scan = new Scan(ends);
    while (!wanted.isEmpty() && !scan.atEnd) {
      int count = scan.next(wanted, keys, entries);
      for (int i = 0; i < count; i++) {
        consumer.accept(StoredProfiles.millisOf(keys[i]), entries[i]);
      }
      checkTime(deadline);
    }
  }

  /** Walks through the index, some entries at a time. */
  private final class Scan {
    private final long lastKey;
    private long nextKey;
    private boolean atEnd;

    Scan(TimeRange range) {
      nextKey = StoredProfiles.firstKey(range.fromMillis());
      lastKey = StoredProfiles.lastKey(range.untilMillis());
    }

    /** Fills in the next entries of some series; fewer than there is room for also midway. */
    int next(Set<Long> wanted, long[] keys, IndexEntry[] entries) throws IOException {
      synchronized (lock) {
        StoredProfiles now = profiles;
        if (now == null) {
          throw new IOException("the store is closed");
        }
        try {
          return next(now, wanted, keys, entries);
        } catch (RuntimeException e) {
          fail(now, e);
          throw new IOException("the store's file cannot be read", e);
        }
      }
    }

    private int next(StoredProfiles now, Set<Long> wanted, long[] keys, IndexEntry[] entries)
        throws IOException {
      int count = 0;
      Cursor<Long, byte[]> cursor = now.file().index.cursor(nextKey, lastKey, false);
      for (int seen = 0; seen < 4 * BATCH && count < keys.length; seen++) {
        if (!cursor.hasNext()) {
          atEnd = true;
          return count;
        }
        long key = cursor.next();
        IndexEntry entry = IndexEntry.decode(cursor.getValue());
        if (wanted.contains(entry.series())) {
          keys[count] = key;
          entries[count++] = entry;
        }
        nextKey = key + 1;
      }
      return count;
    }
  }

  /** Writes what is not on disk yet and closes the file. */
  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      StoredProfiles now = profiles;
      profiles = null;
      if (now == null) {
        return;
      }
      try {
        now.file().close();
      } catch (RuntimeException e) {
        log.warn("store: closing the file failed: {}", e.getMessage());
      }
    }
  }
}
