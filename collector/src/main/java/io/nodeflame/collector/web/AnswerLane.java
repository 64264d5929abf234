package io.nodeflame.collector.web;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bounds how many answers are in memory at once, however many clients there are and however slowly
 * they read. For any number of threads; those who wait come in turn.
 */
final class AnswerLane {
  private final Semaphore free;
  private final boolean isHeldUntilSent;
  private final Duration patience;

  private AnswerLane(int atOnce, boolean isHeldUntilSent, Duration patience) {
    free = new Semaphore(atOnce, true);
    this.isHeldUntilSent = isHeldUntilSent;
    this.patience = patience;
  }

  /** For answers of some KiB: so many are made at once, and any number is sent. */
  static AnswerLane ofSmall(int atOnce, Duration patience) {
    return new AnswerLane(atOnce, false, patience);
  }

  /** For answers of any size: so many are made or sent at once. */
  static AnswerLane ofLarge(int atOnce, Duration patience) {
    return new AnswerLane(atOnce, true, patience);
  }

  /** The way of one request through the lane, on its own thread; ends when it is closed. */
  Turn turn() {
    return new Turn();
  }

  /** See {@link #turn}. */
  final class Turn implements AutoCloseable {
    private boolean isTaken;

    private Turn() {}

    /**
     * Waits until the answer may be made.
     *
     * @throws RefusedException when that takes too long
     */
    void await() throws RefusedException {
      try {
        isTaken = free.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RefusedException(ConnectCode.UNAVAILABLE, "the daemon is stopping");
      }
      if (!isTaken) {
        throw new RefusedException(
            ConnectCode.UNAVAILABLE,
            "for " + patience.toSeconds() + " s other answers were made or sent: ask again later");
      }
    }

    /** The answer is made, and not sent yet. */
    void made() {
      if (!isHeldUntilSent) {
        close();
      }
    }

    @Override
    public void close() {
      if (isTaken) {
        isTaken = false;
        free.release();
      }
    }
  }
}
