package io.nodeflame.bpf;

import java.time.Duration;

/**
 * How often events are to fire: more often at once when that is needed, less often a while after
 * the last need. Each change costs every CPU the time since its last firing, so pods that come and
 * go all the time must not change it all the time.
 */
final class FiringFrequency {
  static final Duration KEPT = Duration.ofSeconds(5);

  private int hertz;
  private int needed;
  private long lastNeededNanos;

  FiringFrequency(int baseHz) {
    this.hertz = baseHz;
    this.needed = baseHz;
  }

  /** So much is needed from now on. */
  void need(int newHertz, long monotonicNanos) {
    if (needed >= hertz) {
      lastNeededNanos = monotonicNanos;
    }
    needed = newHertz;
  }

  /** Firings per second and CPU. */
  int at(long monotonicNanos) {
    if (needed > hertz || monotonicNanos - lastNeededNanos >= KEPT.toNanos()) {
      hertz = needed;
    }
    return hertz;
  }
}
