package io.nodeflame.collector.delivery;

import java.time.Duration;

/**
 * How much may wait for an endpoint, and how hard we try.
 *
 * <p>A push takes Pyroscope 0.5 to 1 s, so 4 at once bring about 80 series per window of 15 s.
 *
 * @param maxBytes of gzipped profiles in memory; beyond it the oldest are dropped
 * @param maxAge what is older is not sent any more; below the hour that servers accept
 * @param concurrentPushes requests at once
 * @param catchUpPushes requests at once while the oldest profile has waited for 5 s
 * @param limits what the server is known to refuse
 */
public record QueueSettings(
    long maxBytes,
    Duration maxAge,
    int concurrentPushes,
    int catchUpPushes,
    RetryPolicy retry,
    ServerLimits limits) {

  public static final QueueSettings DEFAULT =
      new QueueSettings(
          8L << 20, Duration.ofMinutes(55), 4, 16, RetryPolicy.DEFAULT, ServerLimits.PYROSCOPE);

  public QueueSettings {
    if (maxBytes < 1 || maxAge.isNegative()) {
      throw new IllegalArgumentException("queue of " + maxBytes + " bytes and " + maxAge);
    }
    if (concurrentPushes < 1 || catchUpPushes < concurrentPushes) {
      throw new IllegalArgumentException(concurrentPushes + " to " + catchUpPushes + " pushes");
    }
  }

  /** The same for a server that takes that many series. */
  public QueueSettings withMaxSeries(int series) {
    return new QueueSettings(
        maxBytes, maxAge, concurrentPushes, catchUpPushes, retry, limits.withMaxSeries(series));
  }
}
