package io.nodeflame.collector.store;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;

/** The answers to queries over a store, for any number of threads. */
public final class ProfileQueries {
  /** More groups than this are counted together, under empty labels. */
  private static final int MAX_GROUPS = 2000;

  private static final int MAX_POINTS = 200_000;

  private final ProfileStore store;

  ProfileQueries(ProfileStore store) {
    this.store = store;
  }

  /** Ids of the profile types that have profiles in a range, sorted. */
  public SortedSet<String> profileTypes(TimeRange range) throws IOException {
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
  public SortedSet<String> labelNames(Selector selector, TimeRange range) throws IOException {
    SortedSet<String> names = new TreeSet<>();
    for (StoredSeries one : matching(selector, range).values()) {
      names.addAll(one.labels().keySet());
    }
    return names;
  }

  /** Values of a label among the matching series; as {@link #labelNames}. */
  public SortedSet<String> labelValues(String name, Selector selector, TimeRange range)
      throws IOException {
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
      Selector selector, Collection<String> names, TimeRange range) throws IOException {
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

  private Map<Long, StoredSeries> matching(Selector selector, TimeRange range) throws IOException {
    Map<Long, StoredSeries> matching = store.series(range);
    matching.values().removeIf(one -> !selector.matches(one.labels()));
    return matching;
  }

  private Map<Long, StoredSeries> matching(String typeId, Selector selector, TimeRange range)
      throws IOException {
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
    IndexScan scan = new IndexScan(store, wanted.keySet(), range);
    while (scan.next()) {
      for (int i = 0; i < scan.count(); i++) {
        Optional<byte[]> profile = store.profile(scan.key(i));
        if (profile.isPresent()) {
          merge.add(profile.get(), sampleType, column);
          merged++;
        }
        checkTime(deadline);
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
    return new TimeRange(range.fromMillis(), range.untilMillis() + store.longestMillis());
  }

  private interface EntryConsumer {
    void accept(long untilMillis, IndexEntry entry);
  }

  private void scan(Set<Long> wanted, TimeRange ends, Duration limit, EntryConsumer consumer)
      throws IOException, TimeoutException {
    long deadline = System.nanoTime() + limit.toNanos();
    IndexScan scan = new IndexScan(store, wanted, ends);
    while (scan.next()) {
      for (int i = 0; i < scan.count(); i++) {
        consumer.accept(StoredProfiles.millisOf(scan.key(i)), scan.entry(i));
      }
      checkTime(deadline);
    }
  }
}
