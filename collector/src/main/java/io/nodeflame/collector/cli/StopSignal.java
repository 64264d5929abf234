package io.nodeflame.collector.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * SIGTERM and SIGINT as a request to end in order. The JVM runs its shutdown hooks for them and
 * then ends with 143 or 130: so the hook waits until the program is over, whether well or with an
 * error, and ends the process with the program's own exit code.
 */
final class StopSignal {
  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicBoolean isInstalled = new AtomicBoolean();
  private final Thread hook = new Thread(this::endInOrder, "shutdown");
  private volatile int exitCode;

  /** From now on signals are requests; until then they end the process at once. */
  void install() {
    if (!isInstalled.compareAndSet(false, true)) {
      return;
    }
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException e) {
      // A signal that came just before is ending the process already.
      asked.countDown();
    }
  }

  private void endInOrder() {
    asked.countDown();
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(exitCode);
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

  /**
   * The program has done and said what there was: after a signal the process ends with this code.
   */
  int end(int code) {
    exitCode = code;
    over.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // A signal came: the hook is running, and ends the process.
      asked.countDown();
    }
    return code;
  }
}
