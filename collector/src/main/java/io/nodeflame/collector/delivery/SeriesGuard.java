package io.nodeflame.collector.delivery;

import io.nodeflame.collector.profile.EncodedProfile;
import io.nodeflame.collector.profile.SeriesLabels;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Keeps an endpoint below its bounds of series and of label names by dropping labels, in the order
 * of {@link LabelKind}. A series that was seen within the last hour stays as it is; what is new
 * loses the more labels the fewer places are left, so that the few series without a pod find room
 * when the many with one no longer do.
 *
 * <p>What finds no place with the fewest labels is sent all the same: dropped here it would be lost
 * for certain. For any number of threads.
 */
final class SeriesGuard {
  /** Of the bound, for series with all their labels; {@link LabelKind} has the others. */
  private static final int WHOLE_PLACES_PERCENT = 80;

  private final ServerLimits limits;
  private final String tenantLabel;
  private final ErrorLog log;
  private final LongSupplier nanoTime;
  private final long startNanos;
  // All below is guarded by this.
  private final RecentSeries recent = new RecentSeries();
  private final Map<LabelKind, Long> dropped = new EnumMap<>(LabelKind.class);
  private Set<String> keptLabels = Set.of();
  private long beyondBound;

  /**
   * @param tenantLabel is never dropped; empty when no label decides on the tenant
   */
  SeriesGuard(ServerLimits limits, String tenantLabel, ErrorLog log, LongSupplier nanoTime) {
    this.limits = limits;
    this.tenantLabel = tenantLabel;
    this.log = log;
    this.nanoTime = nanoTime;
    this.startNanos = nanoTime.getAsLong();
  }

  /** These labels are never dropped from now on: every series has the same, so it helps nobody. */
  synchronized void keep(Set<String> labels) {
    keptLabels = Set.copyOf(labels);
  }

  /** The profile with as many of its labels as there is room for. */
  synchronized EncodedProfile fit(EncodedProfile profile) {
    SortedMap<String, String> all = profile.labels().asMap();
    SortedMap<String, String> labels = withinSeries(profile, withinNames(profile));
    if (labels.size() == all.size()) {
      return profile;
    }
    for (LabelKind kind : lost(all, labels)) {
      dropped.merge(kind, 1L, Long::sum);
    }
    return profile.withLabels(SeriesLabels.of(labels));
  }

  synchronized SeriesAccounts snapshot() {
    recent.expire(minute());
    Map<String, Long> byKind = new TreeMap<>();
    for (LabelKind kind : LabelKind.values()) {
      byKind.put(kind.label(), dropped.getOrDefault(kind, 0L));
    }
    return new SeriesAccounts(recent.size(), byKind, beyondBound);
  }

  private SortedMap<String, String> withinNames(EncodedProfile profile) {
    SortedMap<String, String> labels = profile.labels().asMap();
    int tooMany = labels.size() + 1 - limits.maxLabelNames(); // the profile type adds __name__
    if (tooMany <= 0) {
      return labels;
    }
    TreeMap<String, String> fewer = new TreeMap<>(labels);
    for (LabelKind kind : LabelKind.values()) {
      for (String name : List.copyOf(fewer.descendingKeySet())) {
        if (tooMany > 0 && isOf(kind, name)) {
          fewer.remove(name);
          tooMany--;
        }
      }
    }
    log.warn(
        "labels dropped, too many names",
        words(lost(labels, fewer)),
        without(profile, lost(labels, fewer))
            + ": it has "
            + labels.size()
            + " labels, more than the server takes: set fewer, such as labels.podLabels");
    return fewer;
  }

  private SortedMap<String, String> withinSeries(
      EncodedProfile profile, SortedMap<String, String> labels) {
    int minute = minute();
    recent.expire(minute);
    if (hasPlace(SeriesHash.of(profile.type(), labels), WHOLE_PLACES_PERCENT, minute)) {
      return labels;
    }
    TreeMap<String, String> fewer = new TreeMap<>(labels);
    for (LabelKind kind : LabelKind.values()) {
      fewer.keySet().removeIf(name -> isOf(kind, name));
      if (hasPlace(SeriesHash.of(profile.type(), fewer), kind.placesPercent(), minute)) {
        sayDropped(profile, lost(labels, fewer));
        return fewer;
      }
    }
    beyondBound++;
    log.warn(
        "too many series",
        without(profile, lost(labels, fewer))
            + " and may be refused by the server all the same: within an hour there were "
            + limits.maxSeries()
            + " series, all that maxSeries of this endpoint allows");
    return fewer;
  }

  private boolean hasPlace(long hash, int percent, int minute) {
    if (recent.see(hash, minute)) {
      return true;
    }
    // Rounded up, so that a small bound has a place for whole series, too.
    if (recent.size() >= (limits.maxSeries() * (long) percent + 99) / 100) {
      return false;
    }
    recent.add(hash, minute);
    return true;
  }

  private void sayDropped(EncodedProfile profile, Set<LabelKind> lost) {
    if (!lost.isEmpty()) {
      log.warn(
          "labels dropped, many series",
          words(lost),
          without(profile, lost)
              + ": within an hour there were "
              + recent.size()
              + " series of at most "
              + limits.maxSeries()
              + ": set fewer labels, or raise maxSeries of this endpoint if the server takes more");
    }
  }

  private static String without(EncodedProfile profile, Set<LabelKind> lost) {
    String labels = lost.isEmpty() ? "as it is" : "without labels of kind " + words(lost);
    return "a profile of " + profile.labels().serviceName() + " is sent " + labels;
  }

  private static String words(Set<LabelKind> kinds) {
    return kinds.stream().map(LabelKind::label).collect(Collectors.joining(", "));
  }

  private static Set<LabelKind> lost(Map<String, String> before, Map<String, String> after) {
    EnumSet<LabelKind> lost = EnumSet.noneOf(LabelKind.class);
    for (String name : before.keySet()) {
      if (!after.containsKey(name)) {
        LabelKind.of(name).ifPresent(lost::add);
      }
    }
    return lost;
  }

  private boolean isOf(LabelKind kind, String name) {
    return !name.equals(tenantLabel)
        && !keptLabels.contains(name)
        && LabelKind.of(name).equals(Optional.of(kind));
  }

  private int minute() {
    return (int) TimeUnit.NANOSECONDS.toMinutes(nanoTime.getAsLong() - startNanos);
  }
}
