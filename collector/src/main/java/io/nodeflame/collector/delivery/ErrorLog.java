package io.nodeflame.collector.delivery;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/** Warns once a minute about each kind of error, with the count of those it held back. */
final class ErrorLog {
  private static final long INTERVAL_NANOS = 60_000_000_000L;
  private static final int MAX_KINDS = 64;

  private final Logger logger;
  private final String endpoint;
  private final LongSupplier nanoTime;
  private final Map<String, Kind> kinds = new HashMap<>();

  private static final class Kind {
    long lastNanos;
    long heldBack;
  }

  ErrorLog(Logger logger, String endpoint, LongSupplier nanoTime) {
    this.logger = logger;
    this.endpoint = endpoint;
    this.nanoTime = nanoTime;
  }

  /**
   * Warns, or counts.
   *
   * @param kind what makes errors equal; few distinct ones
   */
  void warn(String kind, String detail) {
    warn(kind, "", detail);
  }

  /**
   * Warns, or counts.
   *
   * @param cause tells errors of one kind apart, such as a status; few distinct ones
   */
  synchronized void warn(String kind, String cause, String detail) {
    long now = nanoTime.getAsLong();
    String key = kind + '/' + cause;
    Kind known = kinds.get(key);
    if (known == null) {
      if (kinds.size() == MAX_KINDS) {
        kinds.clear();
      }
      known = new Kind();
      kinds.put(key, known);
    } else if (now - known.lastNanos < INTERVAL_NANOS) {
      known.heldBack++;
      return;
    }
    if (known.heldBack > 0) {
      logger.warn(
          "endpoint {}: {}: {} ({} more like it since)", endpoint, kind, detail, known.heldBack);
    } else {
      logger.warn("endpoint {}: {}: {}", endpoint, kind, detail);
    }
    known.lastNanos = now;
    known.heldBack = 0;
  }
}
