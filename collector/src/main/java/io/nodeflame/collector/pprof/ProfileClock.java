package io.nodeflame.collector.pprof;

import io.nodeflame.collector.profile.ProfileType;
import io.nodeflame.collector.profile.SeriesLabels;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Gives each profile its {@code time_nanos} and never the same one twice to one series, even when
 * the wall clock steps back: of two profiles with equal labels and time Pyroscope keeps one, and
 * says nothing.
 *
 * <p>A time is the end of the window in whole milliseconds; below them, microseconds count how
 * often the wall clock stepped back, and nanoseconds count the profiles of that series in that
 * window. So times stay true to the clock, and two visits of the same millisecond differ. The count
 * starts at random, which keeps a restarted daemon apart from its predecessor.
 *
 * <p>Safe for use by several threads.
 */
public final class ProfileClock {
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final int SLOTS = 1_000;

  private record Series(ProfileType type, SeriesLabels labels) {}

  private final Map<Series, Integer> profilesInWindow = new HashMap<>();
  private long step;
  private int stepsLeft = SLOTS - 1;
  private long windowMillis = Long.MIN_VALUE;
  private long highestMillis = Long.MIN_VALUE;

  public ProfileClock() {
    this(ThreadLocalRandom.current().nextInt(SLOTS));
  }

  ProfileClock(int firstStep) {
    this.step = firstStep;
  }

  /**
   * Time for one more profile of the series.
   *
   * @param windowEnd end of the window by the wall clock
   */
  public synchronized Instant next(ProfileType type, SeriesLabels labels, Instant windowEnd) {
    long millis = windowEnd.toEpochMilli();
    if (millis > highestMillis) {
      begin(millis);
    } else if (millis < windowMillis) {
      stepBack(millis);
    }
    int before = profilesInWindow.merge(new Series(type, labels), 1, Integer::sum) - 1;
    // More than 1000 profiles of one series and window run over into the next millisecond.
    long ownMillis = windowMillis + before / SLOTS;
    highestMillis = Math.max(highestMillis, ownMillis);
    long nanos = ownMillis * NANOS_PER_MILLI + step * SLOTS + before % SLOTS;
    return Instant.ofEpochSecond(0, nanos);
  }

  private void begin(long millis) {
    windowMillis = millis;
    highestMillis = millis;
    profilesInWindow.clear();
  }

  private void stepBack(long millis) {
    if (stepsLeft == 0) {
      // Every count is used up: stay ahead of the clock rather than repeat a time.
      begin(highestMillis + 1);
      return;
    }
    stepsLeft--;
    step = (step + 1) % SLOTS;
    begin(millis);
  }
}
