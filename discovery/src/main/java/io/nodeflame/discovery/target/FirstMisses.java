package io.nodeflame.discovery.target;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Since when each container is waited for. For any number of threads. */
final class FirstMisses {
  private static final int MAX_CONTAINERS = 4096;

  private final long patienceNanos;
  private final LongSupplier monotonicNanos;
  private final BoundedCache<String, Long> since = new BoundedCache<>(MAX_CONTAINERS);

  FirstMisses(long patienceNanos, LongSupplier monotonicNanos) {
    this.patienceNanos = patienceNanos;
    this.monotonicNanos = monotonicNanos;
  }

  /** Whether the container is to be waited for; the first question about it starts the time. */
  boolean isPatient(String containerId) {
    long now = monotonicNanos.getAsLong();
    Long first = since.find(containerId);
    if (first == null) {
      since.keep(containerId, now);
      return patienceNanos > 0;
    }
    return now - first < patienceNanos;
  }

  /** For how long it has been waited for; empty when nobody asked yet. Starts nothing. */
  Optional<Duration> waited(String containerId) {
    Long first = since.find(containerId);
    return first == null
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(monotonicNanos.getAsLong() - first));
  }

  void forget(String containerId) {
    since.forget(containerId);
  }
}
