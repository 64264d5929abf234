package io.nodeflame.collector.collection;

import java.time.Clock;
import java.time.Duration;

/**
 * How windows are made.
 *
 * @param window how much time one profile covers
 * @param periodNanos CPU time between two samples, for profiles whose samples have no weight
 * @param clock the wall clock that times profiles
 */
public record CollectionSettings(
    Duration window, long periodNanos, Clock clock, ThreadSettings threads) {
  /** Without telling threads apart. */
  public CollectionSettings(Duration window, long periodNanos, Clock clock) {
    this(window, periodNanos, clock, ThreadSettings.NONE);
  }
}
