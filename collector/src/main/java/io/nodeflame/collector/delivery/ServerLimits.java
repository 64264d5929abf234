package io.nodeflame.collector.delivery;

import java.time.Duration;

/**
 * What a server refuses, so that it need not be asked.
 *
 * @param maxLabelNames per series, with {@code __name__}
 * @param maxProfileBytes uncompressed
 * @param burstBytes uncompressed and with labels: what the rate limiter can ever let pass
 * @param maxSeries distinct label sets within an hour
 * @param maxFuture how far ahead of the wall clock a profile may be
 */
public record ServerLimits(
    int maxLabelNames,
    int maxLabelNameBytes,
    int maxLabelValueBytes,
    int maxProfileBytes,
    int burstBytes,
    int maxSeries,
    Duration maxFuture) {

  /** The defaults of Pyroscope 2.2.1. */
  public static final ServerLimits PYROSCOPE =
      new ServerLimits(30, 1024, 2048, 4 << 20, 2 << 20, 5000, Duration.ofMinutes(10));

  ServerLimits withMaxSeries(int series) {
    return new ServerLimits(
        maxLabelNames,
        maxLabelNameBytes,
        maxLabelValueBytes,
        maxProfileBytes,
        burstBytes,
        series,
        maxFuture);
  }
}
