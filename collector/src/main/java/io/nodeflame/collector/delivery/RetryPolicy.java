package io.nodeflame.collector.delivery;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: twice as long as before the last one, up to a bound.
 *
 * @param first wait after the first failure
 * @param longest bound of a wait
 * @param jitter share of the wait that chance adds or takes, 0 to 1: nodes should not retry
 *     together
 */
public record RetryPolicy(Duration first, Duration longest, double jitter) {
  /** 500 ms, 1 s, 2 s, up to 5 min. */
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(Duration.ofMillis(500), Duration.ofMinutes(5), 0.2);

  private static final int MAX_DOUBLINGS = 30;

  public RetryPolicy {
    if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
      throw new IllegalArgumentException("retry from " + first + " to " + longest);
    }
    if (!(jitter >= 0 && jitter < 1)) {
      throw new IllegalArgumentException("jitter " + jitter);
    }
  }

  /**
   * The wait in nanoseconds.
   *
   * @param failures attempts that failed so far, at least 1
   */
  long delayNanos(int failures, RandomGenerator random) {
    int doublings = Math.min(Math.max(failures, 1) - 1, MAX_DOUBLINGS);
    double nanos =
        Math.min((double) first.toNanos() * (1L << doublings), (double) longest.toNanos());
    return (long) (nanos * (1 + jitter * (2 * random.nextDouble() - 1)));
  }
}
