package io.nodeflame.collector.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * SIGTERM and SIGINT as a request to end in order. The JVM runs its shutdown hooks for them and
 * then ends with 143 or 130: so the hook waits until the command has ended, and ends the process
 * with the command's own exit code.
 */
final class StopSignal implements AutoCloseable {
  private static final int NONE = -1;

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile int exitCode = NONE;

  private StopSignal() {}

  /** From now on signals are requests, until closed. */
  static StopSignal install() {
    StopSignal signal = new StopSignal();
    Runtime.getRuntime().addShutdownHook(new Thread(signal::endInOrder, "shutdown"));
    return signal;
  }

  private void endInOrder() {
    asked.countDown();
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (exitCode != NONE) {
      Runtime.getRuntime().halt(exitCode);
    }
  }

  /** Waits for the request. */
  void await() throws InterruptedException {
    asked.await();
  }

  /**
   * Waits for the request, but not longer than that.
   *
   * @return whether it came
   */
  boolean await(Duration atMost) throws InterruptedException {
    return asked.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** The command has done what there was to do: the process ends with this code. */
  int end(int code) {
    exitCode = code;
    return code;
  }

  /** The command is over, well or not; without {@link #end} the exit code is the JVM's. */
  @Override
  public void close() {
    ended.countDown();
  }
}
