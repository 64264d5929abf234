package io.nodeflame.collector.store;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Values over time in steps: the point at {@code from + k * step} is what fell between it and the
 * step before. The value of a profile is spread evenly over the time that it covers, so that a
 * window that became long is no spike at its end; what of it lies outside of the range is left out.
 */
final class SteppedValues {
  private final TimeRange range;
  private final long stepMillis;
  private final SortedMap<Long, Long> points = new TreeMap<>();

  SteppedValues(TimeRange range, long stepMillis) {
    this.range = range;
    this.stepMillis = stepMillis;
  }

  /**
   * Adds one profile.
   *
   * @param until end of its time, milliseconds since 1970
   * @param durationMillis 0 puts the whole value at the end
   * @return new points
   */
  int add(long until, long durationMillis, long value) {
    int before = points.size();
    if (durationMillis <= 0) {
      if (until >= range.fromMillis() && until <= range.untilMillis()) {
        points.merge(stepOf(until), value, Long::sum);
      }
      return points.size() - before;
    }
    long start = until - durationMillis;
    long at = Math.max(start, range.fromMillis());
    long end = Math.min(until, range.untilMillis());
    while (at < end) {
      long step = stepOf(at + 1);
      long next = Math.min(step, end);
      // Differences of one running share: the parts add up to the value.
      long part =
          share(value, next - start, durationMillis) - share(value, at - start, durationMillis);
      points.merge(step, part, Long::sum);
      at = next;
    }
    return points.size() - before;
  }

  private static long share(long value, long part, long whole) {
    return part == whole ? value : (long) (value * ((double) part / whole));
  }

  private long stepOf(long millis) {
    long offset = millis - range.fromMillis();
    return range.fromMillis() + (offset + stepMillis - 1) / stepMillis * stepMillis;
  }

  SortedMap<Long, Long> points() {
    return points;
  }
}
