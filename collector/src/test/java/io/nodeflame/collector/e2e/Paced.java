package io.nodeflame.collector.e2e;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Does something again and again in a thread of its own, as often as the pace says; steps that are
 * late follow at once. What fails, as all does while a server is away, is counted.
 */
final class Paced implements AutoCloseable {
  private static final long LONGEST_MINUTES = 1;

  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final AtomicLong done = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private volatile String lastFailure = "";

  /** One step; what it throws makes it a failed one. */
  interface Step {
    void run() throws Exception;
  }

  private Paced() {}

  static Paced start(Duration pace, Step step) {
    Paced paced = new Paced();
    long nanos = pace.toNanos();
    var unused =
        paced.thread.scheduleAtFixedRate(() -> paced.one(step), 0, nanos, TimeUnit.NANOSECONDS);
    return paced;
  }

  private void one(Step step) {
    try {
      step.run();
      done.incrementAndGet();
    } catch (Exception | AssertionError e) {
      failed.incrementAndGet();
      lastFailure = e.toString();
    }
  }

  long done() {
    return done.get();
  }

  /** In words. */
  String summary() {
    return done + " done, " + failed + " failed " + lastFailure.lines().findFirst().orElse("");
  }

  /** Returns when the last step has ended. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      thread.awaitTermination(LONGEST_MINUTES, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
