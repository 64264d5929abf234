package io.nodeflame.collector.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ErrorLogTest {
  private final LogLines lines = new LogLines();
  private long now = 5;
  private final ErrorLog log = new ErrorLog(lines, "main", () -> now);

  @Test
  void saysEachKindOnceAMinuteAndHowManyItHeldBack() {
    log.warn("refused", "first");
    log.warn("refused", "second");
    log.warn("away", "third");
    now += TimeUnit.SECONDS.toNanos(59);
    log.warn("refused", "fourth");
    now += TimeUnit.SECONDS.toNanos(1);
    log.warn("refused", "fifth");
    log.warn("refused", "sixth");
    assertEquals(
        List.of(
            "endpoint main: refused: first",
            "endpoint main: away: third",
            "endpoint main: refused: fifth (2 more like it since)"),
        lines.said);
  }

  @Test
  void kindsAreBounded() {
    for (int i = 0; i < 1_000; i++) {
      log.warn("kind " + i, "x");
    }
    assertEquals(1_000, lines.said.size());
    log.warn("kind 999", "x");
    assertEquals(1_000, lines.said.size());
  }
}
