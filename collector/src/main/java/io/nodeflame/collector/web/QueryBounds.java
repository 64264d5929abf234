package io.nodeflame.collector.web;

import io.nodeflame.collector.store.Selector;
import io.nodeflame.collector.store.TimeRange;
import java.time.Duration;
import java.util.List;

/** What a query may ask for; the same refusals as Pyroscope's: {@code docs/pyroscope.md} 9.1. */
final class QueryBounds {
  static final Duration TIME_LIMIT = Duration.ofSeconds(20);

  /** Nodes of the tree in memory while profiles are merged into it. */
  static final int MERGE_NODES = 64 << 10;

  static final int DEFAULT_NODES = 8192;

  private static final int MAX_NODES = 1 << 20;
  private static final int MAX_POINTS = 11_000;
  private static final int MAX_SELECTORS = 16;
  private static final long MAX_RANGE_MILLIS = Duration.ofHours(24).toMillis();

  /** Sums with it stay within the numbers there are. */
  private static final long MAX_STEP_MILLIS = Duration.ofDays(366).toMillis();

  private QueryBounds() {}

  static TimeRange range(long start, long end) throws RefusedException {
    if (start <= 0 || end <= 0) {
      throw RefusedException.invalid("start and end must be set");
    }
    if (start > end) {
      throw RefusedException.invalid("start is after end");
    }
    if (end - start > MAX_RANGE_MILLIS) {
      throw RefusedException.invalid("the range is longer than 24 hours: ask in pieces");
    }
    return new TimeRange(start, end);
  }

  /** As {@link #range}, and no range at all means everything. */
  static TimeRange rangeOrAll(long start, long end) throws RefusedException {
    return start == 0 && end == 0 ? new TimeRange(0, Long.MAX_VALUE >> 22) : range(start, end);
  }

  static Selector selector(String text) throws RefusedException {
    if (text.isEmpty()) {
      throw RefusedException.invalid("a label selector is needed; {} means all");
    }
    try {
      return Selector.parse(text);
    } catch (IllegalArgumentException e) {
      throw RefusedException.invalid(String.valueOf(e.getMessage()));
    }
  }

  /** All of several selectors must hold; none means all series. */
  static Selector selectors(List<String> texts) throws RefusedException {
    if (texts.size() > MAX_SELECTORS) {
      throw RefusedException.invalid("more than " + MAX_SELECTORS + " matchers");
    }
    Selector all = Selector.ALL;
    for (String text : texts) {
      all = all.and(selector(text));
    }
    return all;
  }

  static String type(String id) throws RefusedException {
    if (id.split(":", -1).length != 5) {
      throw RefusedException.invalid(
          "the profile type must be name:sample type:sample unit:period type:period unit");
    }
    return id;
  }

  /** Nodes of an answer; 0 or less asks for the default. */
  static int nodes(long asked, int absent) throws RefusedException {
    if (asked > MAX_NODES) {
      throw RefusedException.invalid("more than " + MAX_NODES + " nodes");
    }
    return asked <= 0 ? absent : (int) Math.min(asked, MERGE_NODES);
  }

  static long stepMillis(double seconds, TimeRange range) throws RefusedException {
    long step = (long) (seconds * 1000);
    if (!(seconds > 0) || step < 1) {
      throw RefusedException.invalid("step must be more than 0");
    }
    if (step > MAX_STEP_MILLIS) {
      throw RefusedException.invalid("step is longer than 366 days");
    }
    if ((range.untilMillis() - range.fromMillis()) / step > MAX_POINTS) {
      throw RefusedException.invalid("more than " + MAX_POINTS + " points: use a longer step");
    }
    return step;
  }
}
