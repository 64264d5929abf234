package io.nodeflame.collector.pprof;

import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Gives each profile its {@code time_nanos}, a different one for each, even when the wall clock
 * steps back: of two profiles with equal labels and time Pyroscope keeps one, and says nothing.
 * Profiles of different series differ, too, since an endpoint may take labels off later, which can
 * make series equal.
 *
 * <p>A time is the end of the window in whole milliseconds; below them, nanoseconds count all
 * profiles. So times stay true to the clock, and visits of the same millisecond differ, unless a
 * multiple of a million profiles lies between them to the one. The count starts at random, which
 * keeps a restarted daemon apart from its predecessor.
 *
 * <p>Safe for use by several threads.
 */
public final class ProfileClock {
  private static final int NANOS_PER_MILLI = 1_000_000;

  private int count;

  public ProfileClock() {
    this(ThreadLocalRandom.current().nextInt(NANOS_PER_MILLI));
  }

  ProfileClock(int firstCount) {
    this.count = firstCount;
  }

  /**
   * Time for one more profile.
   *
   * @param windowEnd end of the window by the wall clock
   */
  public synchronized Instant next(Instant windowEnd) {
    Instant time = Instant.ofEpochMilli(windowEnd.toEpochMilli()).plusNanos(count);
    count = (count + 1) % NANOS_PER_MILLI;
    return time;
  }
}
