package io.nodeflame.collector.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Lets a recording go on until its time is over, a signal comes, or its processes have ended. */
final class Countdown {
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  private final Stop stop;
  private final BooleanSupplier processesEnded;
  private final Supplier<String> failure;
  private final LongSupplier nanoTime;

  /** Waits for the request to stop. */
  interface Stop {
    /** Whether it came, at most so long from now. */
    boolean await(Duration atMost) throws InterruptedException;
  }

  /** Is told how much time has passed, about twice a second. */
  interface Progress {
    void passed(Duration time);
  }

  /** Why it is over. */
  enum Reason {
    TIME_OVER,
    SIGNAL,
    PROCESSES_ENDED
  }

  /**
   * How it went.
   *
   * @param length that was really recorded
   */
  record Ending(Reason reason, Duration length) {}

  /**
   * @param failure empty while all is well, else what is wrong
   */
  Countdown(
      Stop stop, BooleanSupplier processesEnded, Supplier<String> failure, LongSupplier nanoTime) {
    this.stop = stop;
    this.processesEnded = processesEnded;
    this.failure = failure;
    this.nanoTime = nanoTime;
  }

  /**
   * Waits.
   *
   * @throws IOException when nothing is recorded any more
   */
  Ending await(Duration time, Progress progress) throws InterruptedException, IOException {
    long start = nanoTime.getAsLong();
    Duration passed = Duration.ZERO;
    while (passed.compareTo(time) < 0) {
      if (!failure.get().isEmpty()) {
        throw new IOException(failure.get());
      }
      progress.passed(passed);
      Duration left = time.minus(passed);
      boolean isAsked = stop.await(left.compareTo(LOOK_EVERY) < 0 ? left : LOOK_EVERY);
      passed = Duration.ofNanos(nanoTime.getAsLong() - start);
      if (passed.compareTo(time) < 0 && (isAsked || processesEnded.getAsBoolean())) {
        return new Ending(isAsked ? Reason.SIGNAL : Reason.PROCESSES_ENDED, passed);
      }
    }
    return new Ending(Reason.TIME_OVER, passed);
  }
}
