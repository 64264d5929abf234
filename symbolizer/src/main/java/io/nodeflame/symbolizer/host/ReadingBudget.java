package io.nodeflame.symbolizer.host;

/**
 * Bytes that may be read in a while: so many at once, and then so many per second. For one thread.
 */
final class ReadingBudget {
  private final long maxBytes;
  private final long bytesPerSecond;
  private long bytes;
  private long lastNanos;

  /**
   * Begins full.
   *
   * @param maxBytes that can be saved up
   */
  ReadingBudget(long maxBytes, long bytesPerSecond, long nowNanos) {
    this.maxBytes = maxBytes;
    this.bytesPerSecond = bytesPerSecond;
    this.bytes = maxBytes;
    this.lastNanos = nowNanos;
  }

  /** What may be read now. */
  long bytes(long nowNanos) {
    long seconds = (nowNanos - lastNanos) / 1_000_000_000;
    if (seconds > maxBytes / bytesPerSecond) {
      bytes = maxBytes;
      lastNanos = nowNanos;
    } else if (seconds > 0) {
      bytes = Math.min(maxBytes, bytes + seconds * bytesPerSecond);
      lastNanos += seconds * 1_000_000_000;
    }
    return bytes;
  }

  void take(long taken) {
    bytes = Math.max(0, bytes - taken);
  }
}
