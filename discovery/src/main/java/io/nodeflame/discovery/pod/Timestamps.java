package io.nodeflame.discovery.pod;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;

/**
 * Reads the times of the API server: always {@code 2026-11-23T03:04:05Z}. The JDK's formatter would
 * load a hundred classes for it.
 */
final class Timestamps {
  private static final String SHAPE = "0000-00-00T00:00:00Z";

  private Timestamps() {}

  /** {@link Instant#EPOCH} for anything else. */
  static Instant parse(String text) {
    if (!hasShape(text)) {
      return Instant.EPOCH;
    }
    int hour = number(text, 11, 13);
    int minute = number(text, 14, 16);
    int second = number(text, 17, 19);
    if (hour > 23 || minute > 59 || second > 59) {
      return Instant.EPOCH;
    }
    try {
      LocalDate date = LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10));
      return Instant.ofEpochSecond(
          date.toEpochDay() * 86_400 + hour * 3_600L + minute * 60L + second);
    } catch (DateTimeException e) {
      return Instant.EPOCH;
    }
  }

  private static boolean hasShape(String text) {
    if (text.length() != SHAPE.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char expected = SHAPE.charAt(i);
      char c = text.charAt(i);
      if (expected == '0' ? c < '0' || c > '9' : c != expected) {
        return false;
      }
    }
    return true;
  }

  private static int number(String digits, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      number = number * 10 + digits.charAt(i) - '0';
    }
    return number;
  }
}
