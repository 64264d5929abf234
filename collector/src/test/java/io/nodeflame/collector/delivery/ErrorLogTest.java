package io.nodeflame.collector.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.Serial;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

class ErrorLogTest {
  private final Lines lines = new Lines();
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

  private static final class Lines extends LegacyAbstractLogger {
    @Serial private static final long serialVersionUID = 1;
    final transient List<String> said = new ArrayList<>();

    @Override
    protected String getFullyQualifiedCallerName() {
      return "";
    }

    @Override
    protected void handleNormalizedLoggingCall(
        Level level, Marker marker, String pattern, Object[] arguments, Throwable throwable) {
      said.add(MessageFormatter.basicArrayFormat(pattern, arguments));
    }

    @Override
    public boolean isTraceEnabled() {
      return false;
    }

    @Override
    public boolean isDebugEnabled() {
      return false;
    }

    @Override
    public boolean isInfoEnabled() {
      return false;
    }

    @Override
    public boolean isWarnEnabled() {
      return true;
    }

    @Override
    public boolean isErrorEnabled() {
      return true;
    }
  }
}
