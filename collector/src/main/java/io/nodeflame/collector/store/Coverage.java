package io.nodeflame.collector.store;

import java.util.ArrayList;
import java.util.List;

/**
 * The times that profiles cover, put together from their own durations, within a range.
 *
 * <p>Where nothing ran for a whole window there is no profile, and the same where nobody profiled:
 * only the length tells these apart. So a gap shorter than {@value #IDLE_MILLIS} ms counts as
 * covered, and a longer one does not.
 */
final class Coverage {
  static final long IDLE_MILLIS = 60_000;

  private final TimeRange range;
  private final List<TimeRange> covered = new ArrayList<>();

  Coverage(TimeRange range) {
    this.range = range;
  }

  /**
   * Adds the time of one profile; profiles come in the order of their ends.
   *
   * @param from milliseconds since 1970, as {@code until}
   */
  void add(long from, long until) {
    long start = Math.max(from, range.fromMillis());
    long end = Math.min(until, range.untilMillis());
    // A long profile may reach behind several that ended before it.
    while (start < end && !covered.isEmpty()) {
      TimeRange last = covered.get(covered.size() - 1);
      if (start - last.untilMillis() >= IDLE_MILLIS) {
        break;
      }
      start = Math.min(start, last.fromMillis());
      end = Math.max(end, last.untilMillis());
      covered.remove(covered.size() - 1);
    }
    if (start < end) {
      covered.add(new TimeRange(start, end));
    }
  }

  /** Apart from each other, in order; at most one a minute. */
  List<TimeRange> ranges() {
    return List.copyOf(covered);
  }
}
