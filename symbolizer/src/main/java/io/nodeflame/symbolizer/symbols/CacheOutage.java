package io.nodeflame.symbolizer.symbols;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Tells the log when the cache directory fails, and when it works again: once each, not once per
 * file. It works again when it took all that had failed, or something as large. A disk that comes
 * and goes is told of at most every 10 minutes. Safe for many threads.
 */
public final class CacheOutage {
  /** Size of what is too large to be measured. */
  static final long UNKNOWN_BYTES = Long.MAX_VALUE;

  private static final long MIN_QUIET_NANOS = 600_000_000_000L;

  /** What is still needed was tried again by then; for the rest nobody waits. */
  private static final long FORGOTTEN_NANOS = 600_000_000_000L;

  private static final int MAX_FAILURES = 1024;

  private record Failure(long bytes, long nanos) {}

  private final Logger log;
  private final Path directory;
  private final LongSupplier nanoTime;

  /** Oldest first; the outage lasts while there is one. */
  private final Map<String, Failure> failures = new LinkedHashMap<>();

  private boolean isTold;
  private boolean wasEverTold;
  private long lastToldNanos;

  public CacheOutage(Logger log, Path directory, LongSupplier nanoTime) {
    this.log = log;
    this.directory = directory;
    this.nanoTime = nanoTime;
  }

  /**
   * The directory could not take something.
   *
   * @param what the same text when it is tried again
   * @param bytes that it takes
   */
  public synchronized void failed(String what, long bytes, Exception cause) {
    long now = nanoTime.getAsLong();
    boolean isNew = failures.isEmpty();
    remember(what, new Failure(bytes, now));
    if (isNew && (!wasEverTold || now - lastToldNanos >= MIN_QUIET_NANOS)) {
      isTold = true;
      wasEverTold = true;
      lastToldNanos = now;
      log.warn(
          "The symbol cache (symbols.cacheDir: {}) cannot be used: {}. Names come from memory"
              + " now, a few MiB of tables. Make room there, mount a writable volume, or set"
              + " symbols.cacheDir to another directory.",
          directory,
          String.valueOf(cause.getMessage()));
    }
  }

  private void remember(String what, Failure failure) {
    failures.remove(what);
    if (failures.size() >= MAX_FAILURES) {
      Iterator<String> oldest = failures.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
    failures.put(what, failure);
  }

  /** The directory took something of that size. */
  public synchronized void written(String what, long bytes) {
    if (failures.isEmpty()) {
      return;
    }
    long now = nanoTime.getAsLong();
    failures.remove(what);
    failures
        .values()
        .removeIf(failure -> failure.bytes() <= bytes || now - failure.nanos() >= FORGOTTEN_NANOS);
    if (failures.isEmpty() && isTold) {
      isTold = false;
      log.info("The symbol cache (symbols.cacheDir: {}) works again.", directory);
    }
  }
}
