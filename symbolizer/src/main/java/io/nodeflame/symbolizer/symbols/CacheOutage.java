package io.nodeflame.symbolizer.symbols;

import java.nio.file.Path;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Tells the log when the cache directory fails, and when it works again: once each, not once per
 * file. A disk that comes and goes is told of at most every 10 minutes. Safe for many threads.
 */
public final class CacheOutage {
  private static final long MIN_QUIET_NANOS = 600_000_000_000L;

  private final Logger log;
  private final Path directory;
  private final LongSupplier nanoTime;
  private boolean isOn;
  private boolean isTold;
  private boolean wasEverTold;
  private long lastToldNanos;

  public CacheOutage(Logger log, Path directory, LongSupplier nanoTime) {
    this.log = log;
    this.directory = directory;
    this.nanoTime = nanoTime;
  }

  /** The directory could not take something. */
  public synchronized void failed(Exception cause) {
    if (isOn) {
      return;
    }
    isOn = true;
    long now = nanoTime.getAsLong();
    if (!wasEverTold || now - lastToldNanos >= MIN_QUIET_NANOS) {
      isTold = true;
      wasEverTold = true;
      lastToldNanos = now;
      log.warn(
          "The symbol cache (symbols.cacheDir: {}) cannot be written: {}. Names come from memory"
              + " now, a few MiB of tables. Make room there, mount a writable volume, or set"
              + " symbols.cacheDir to another directory.",
          directory,
          String.valueOf(cause.getMessage()));
    }
  }

  /** The directory took something. */
  public synchronized void ended() {
    if (isOn && isTold) {
      log.info("The symbol cache (symbols.cacheDir: {}) can be written again.", directory);
    }
    isOn = false;
    isTold = false;
  }
}
