package io.nodeflame.collector.cli;

import io.nodeflame.collector.config.DurationText;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/**
 * A point in time as the command line takes it: RFC 3339 such as {@code 2026-08-01T10:00:00Z},
 * {@code now}, {@code now-1h30m} or {@code now+5m}.
 */
public final class TimeExpression {
  public static final TimeExpression NOW = new TimeExpression(Optional.empty(), Duration.ZERO);

  private static final int MAX_CHARS = 64;

  private final Optional<Instant> fixed;
  private final Duration offset;

  private TimeExpression(Optional<Instant> fixed, Duration offset) {
    this.fixed = fixed;
    this.offset = offset;
  }

  /**
   * Reads one of these forms.
   *
   * @throws IllegalArgumentException when it is none of these, with a sentence for the user
   */
  public static TimeExpression parse(String text) {
    if (text.equals("now")) {
      return NOW;
    }
    if (text.length() > MAX_CHARS) {
      throw refused(text.substring(0, MAX_CHARS) + "...");
    }
    if (text.startsWith("now-") || text.startsWith("now+")) {
      Duration offset = DurationText.parse(text.substring(4)).orElseThrow(() -> refused(text));
      return new TimeExpression(
          Optional.empty(), text.charAt(3) == '-' ? offset.negated() : offset);
    }
    try {
      return new TimeExpression(Optional.of(OffsetDateTime.parse(text).toInstant()), Duration.ZERO);
    } catch (DateTimeException e) {
      throw refused(text);
    }
  }

  /** The moment that is meant when it is {@code now}. */
  public Instant at(Instant now) {
    return fixed.orElseGet(() -> now.plus(offset));
  }

  private static IllegalArgumentException refused(String text) {
    return new IllegalArgumentException(
        "'" + text + "' is not a time; allowed: 2026-08-01T10:00:00Z, now, now-1h");
  }
}
