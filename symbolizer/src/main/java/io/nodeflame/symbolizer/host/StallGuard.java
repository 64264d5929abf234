package io.nodeflame.symbolizer.host;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Reads memory of other processes in a thread that can be spared. A read of a page that has just
 * left memory waits for whoever brings it back, which may be the process itself, and nothing but
 * that process's end breaks it off. Then the thread is left behind, and a new one does what comes
 * next; while too many are left behind, nothing is read. One thread calls, another may close.
 */
final class StallGuard implements AutoCloseable {
  /** What is read. */
  @FunctionalInterface
  interface Read<T> {
    T get() throws IOException;
  }

  /** A read takes longer than anybody waits. */
  static final class StalledException extends IOException {
    private static final long serialVersionUID = 1;

    StalledException(String message) {
      super(message);
    }
  }

  /** One process makes one; several that do so are nobody's accident. */
  static final int MAX_LEFT_BEHIND = 4;

  /** On a machine with far more to do than CPUs, a thread waits for its turn. */
  private static final int MAX_STARVED = 6;

  private static final int THREAD_STACK_BYTES = 256 * 1024;
  private static final long IDLE_SECONDS = 10;

  private final String threadName;
  private final Duration patience;
  private final AtomicInteger leftBehind = new AtomicInteger();
  private @Nullable ThreadPoolExecutor thread;
  private boolean isClosed;

  /**
   * @param patience for one read; far more than one takes on a busy machine
   */
  StallGuard(String threadName, Duration patience) {
    this.threadName = threadName;
    this.patience = patience;
  }

  /**
   * What the read gives or throws.
   *
   * @param whenBack is run at the end of a read that was left behind, in its thread
   * @throws StalledException when it takes too long
   * @throws IOException also when too many others did, and nothing was read
   */
  <T> T call(Read<T> read, Runnable whenBack) throws IOException {
    if (leftBehind.get() >= MAX_LEFT_BEHIND) {
      throw new IOException("reads of other processes' memory do not end");
    }
    Attempt<T> attempt = new Attempt<>(read, whenBack);
    try {
      thread().execute(attempt);
      return await(attempt);
    } catch (TimeoutException e) {
      leaveBehind(attempt);
      throw new StalledException(
          "reading its memory takes longer than " + patience.toMillis() + " ms");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      leaveBehind(attempt);
      throw new IOException("interrupted", e);
    } catch (RejectedExecutionException e) {
      throw new IOException("closed", e);
    } catch (ExecutionException e) {
      throw rethrown(e);
    }
  }

  /** A thread that could run and does not get the CPU waits for no page. */
  private <T> T await(Attempt<T> attempt)
      throws InterruptedException, ExecutionException, TimeoutException {
    for (int i = 1; ; i++) {
      try {
        return attempt.get(patience.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        if (i == MAX_STARVED || !attempt.couldRun()) {
          throw e;
        }
      }
    }
  }

  private static IOException rethrown(ExecutionException e) throws IOException {
    if (e.getCause() instanceof IOException failed) {
      // The same one, as if it had been read here; its trace ends in the other thread.
      throw failed;
    }
    if (e.getCause() instanceof RuntimeException failed) {
      throw failed;
    }
    return new IOException(e.getCause());
  }

  private synchronized ThreadPoolExecutor thread() throws IOException {
    if (isClosed) {
      throw new IOException("closed");
    }
    ThreadPoolExecutor used = thread;
    if (used == null) {
      used =
          new ThreadPoolExecutor(
              1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(1), this::newThread);
      used.allowCoreThreadTimeOut(true);
      thread = used;
    }
    return used;
  }

  private Thread newThread(Runnable work) {
    Thread made = new Thread(null, work, threadName, THREAD_STACK_BYTES);
    made.setDaemon(true);
    return made;
  }

  private synchronized void leaveBehind(Attempt<?> attempt) {
    leftBehind.incrementAndGet();
    if (thread != null) {
      thread.shutdown(); // its thread ends with what it does
      thread = null;
    }
    attempt.leave();
  }

  @Override
  public synchronized void close() {
    isClosed = true;
    if (thread != null) {
      thread.shutdown();
      thread = null;
    }
  }

  /** One read, which its caller may leave. */
  private final class Attempt<T> extends FutureTask<T> {
    private final Runnable whenBack;
    private volatile String runs = "";
    private boolean isLeft;
    private boolean isOver;

    Attempt(Read<T> read, Runnable whenBack) {
      super(read::get);
      this.whenBack = whenBack;
    }

    /** Whether it waits for a CPU, as far as one can see; also before it begins. */
    boolean couldRun() {
      return runs.isEmpty() || ThreadState.isRunnable(runs);
    }

    @Override
    public void run() {
      runs = ThreadState.current();
      super.run();
      synchronized (this) {
        isOver = true;
        if (!isLeft) {
          return;
        }
      }
      back();
    }

    void leave() {
      synchronized (this) {
        isLeft = true;
        if (!isOver) {
          return;
        }
      }
      back(); // just after the patience ended
    }

    private void back() {
      leftBehind.decrementAndGet();
      whenBack.run();
    }
  }
}
