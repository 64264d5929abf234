package io.nodeflame.collector.collection;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs faults of this program that cost one process its names and nothing else: each kind once a
 * minute, with the number of those held back. Safe for both threads.
 */
final class FaultLog {
  private static final Logger LOG = LoggerFactory.getLogger(FaultLog.class);
  private static final long INTERVAL_NANOS = 60_000_000_000L;
  private static final int MAX_KINDS = 64;

  private static final class Kind {
    private long lastNanos;
    private long heldBack;
  }

  private final LongSupplier nanoClock;
  private final Map<String, Kind> kinds = new HashMap<>();

  FaultLog(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /**
   * Logs a fault, or counts it.
   *
   * @param what was being done, the same text for the same place
   */
  synchronized void fault(String what, Throwable e) {
    String name = what + " " + e.getClass().getName();
    Kind kind = kinds.get(name);
    long now = nanoClock.getAsLong();
    if (kind == null) {
      if (kinds.size() >= MAX_KINDS) {
        return;
      }
      kind = new Kind();
      kinds.put(name, kind);
    } else if (now - kind.lastNanos < INTERVAL_NANOS) {
      kind.heldBack++;
      return;
    }
    LOG.error("A fault while {} ({} more held back)", what, kind.heldBack, e);
    kind.lastNanos = now;
    kind.heldBack = 0;
  }
}
