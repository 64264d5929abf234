package io.nodeflame.collector.store;

/** A time range, milliseconds since 1970, both ends belong to it. */
public record TimeRange(long fromMillis, long untilMillis) {
  public TimeRange {
    if (fromMillis < 0 || untilMillis < fromMillis) {
      throw new IllegalArgumentException(
          "time range from " + fromMillis + " until " + untilMillis + " is empty");
    }
  }
}
