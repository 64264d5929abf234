package io.nodeflame.collector.config;

import java.time.Duration;
import java.util.Optional;

/** Durations as people write them: {@code 500ms}, {@code 15s}, {@code 1h30m}, {@code 7d}. */
public final class DurationText {
  private static final String[] UNITS = {"d", "h", "m", "s", "ms"};
  private static final long[] MILLIS = {86_400_000, 3_600_000, 60_000, 1000, 1};
  private static final int MAX_DIGITS = 9;

  private DurationText() {}

  /** Whole numbers with units, biggest unit first, each at most once; empty when it is not that. */
  public static Optional<Duration> parse(String text) {
    long millis = 0;
    int unit = -1;
    int at = 0;
    while (at < text.length()) {
      int digits = at;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        at++;
      }
      int letters = at;
      while (at < text.length() && text.charAt(at) >= 'a' && text.charAt(at) <= 'z') {
        at++;
      }
      int next = indexOf(text.substring(letters, at));
      if (next <= unit || letters == digits || letters - digits > MAX_DIGITS) {
        return Optional.empty();
      }
      unit = next;
      millis += Long.parseLong(text, digits, letters, 10) * MILLIS[unit];
    }
    return unit < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
  }

  /** The shortest text that {@link #parse} reads as this duration, to the millisecond. */
  public static String format(Duration duration) {
    long rest = duration.toMillis();
    if (rest == 0) {
      return "0s";
    }
    StringBuilder text = new StringBuilder();
    for (int unit = 0; unit < UNITS.length; unit++) {
      if (rest >= MILLIS[unit]) {
        text.append(rest / MILLIS[unit]).append(UNITS[unit]);
        rest %= MILLIS[unit];
      }
    }
    return text.toString();
  }

  private static int indexOf(String unit) {
    for (int i = 0; i < UNITS.length; i++) {
      if (UNITS[i].equals(unit)) {
        return i;
      }
    }
    return -1;
  }
}
