package io.nodeflame.discovery.kubernetes;

import java.util.concurrent.atomic.AtomicLong;

/** What happened to the requests of one resource. */
final class WatchCounts {
  final AtomicLong watches = new AtomicLong();

  /** When the last of them began, by {@link System#nanoTime}. */
  volatile long watchNanos;

  final AtomicLong refusals = new AtomicLong();
  final AtomicLong failures = new AtomicLong();
  final AtomicLong malformed = new AtomicLong();
}
