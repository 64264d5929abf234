package io.nodeflame.collector.store;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where profiles are kept, and how many.
 *
 * @param dir directory of the store's one file, made when missing
 * @param retention older profiles are dropped
 * @param maxBytes size of the file; the oldest profiles are dropped before it grows beyond
 */
public record StoreConfig(Path dir, Duration retention, long maxBytes) {
  /** Below this the file's own housekeeping would take most of the room. */
  public static final long MIN_BYTES = 1 << 20;

  public StoreConfig {
    if (retention.isNegative() || retention.isZero()) {
      throw new IllegalArgumentException("store.retention must be more than 0, not " + retention);
    }
    if (maxBytes < MIN_BYTES) {
      throw new IllegalArgumentException(
          "store.maxSize must be at least " + MIN_BYTES + " bytes, not " + maxBytes);
    }
  }
}
