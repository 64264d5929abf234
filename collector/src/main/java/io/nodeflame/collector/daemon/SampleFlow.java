package io.nodeflame.collector.daemon;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Watches that samples keep coming: even an idle machine's daemon uses some CPU of its own. */
final class SampleFlow {
  private final long withinNanos;
  private final LongSupplier nanoClock;
  private long lastCount;
  private long lastChangeNanos;

  SampleFlow(Duration within, LongSupplier nanoClock) {
    this.withinNanos = within.toNanos();
    this.nanoClock = nanoClock;
    this.lastChangeNanos = nanoClock.getAsLong();
  }

  /** Empty while samples flow, else what is wrong. */
  synchronized String problem(long samples) {
    long now = nanoClock.getAsLong();
    if (samples != lastCount) {
      lastCount = samples;
      lastChangeNanos = now;
    }
    if (lastCount == 0) {
      return "no sample was taken yet";
    }
    return now - lastChangeNanos > withinNanos
        ? "no sample was taken for " + Duration.ofNanos(now - lastChangeNanos).toSeconds() + " s"
        : "";
  }
}
