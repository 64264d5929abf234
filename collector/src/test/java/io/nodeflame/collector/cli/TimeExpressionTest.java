package io.nodeflame.collector.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeExpressionTest {
  private static final Instant NOW = Instant.parse("2026-08-01T10:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "now, 2026-08-01T10:00:00Z",
    "now-1h, 2026-08-01T09:00:00Z",
    "now-1h30m, 2026-08-01T08:30:00Z",
    "now-7d, 2026-07-25T10:00:00Z",
    "now+5m, 2026-08-01T10:05:00Z",
    "2026-01-02T03:04:05Z, 2026-01-02T03:04:05Z",
    "2026-01-02T03:04:05.5+02:00, 2026-01-02T01:04:05.500Z"
  })
  void times(String text, String expected) {
    assertEquals(Instant.parse(expected), TimeExpression.parse(text).at(NOW));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Now",
        "now-",
        "now-1",
        "now 1h",
        "now-1h-1m",
        "1h",
        "-1h",
        "2026-01-02",
        "2026-01-02T03:04:05",
        "2026-13-02T03:04:05Z",
        "1754042400"
      })
  void otherTextIsRefused(String text) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> TimeExpression.parse(text));
    assertEquals(
        "'" + text + "' is not a time; allowed: 2026-08-01T10:00:00Z, now, now-1h",
        refused.getMessage());
  }

  @Test
  void refusedTextIsCut() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> TimeExpression.parse("9".repeat(100_000)));
    assertTrue(refused.getMessage().length() < 200);
  }
}
