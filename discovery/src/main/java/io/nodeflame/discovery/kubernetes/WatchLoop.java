package io.nodeflame.discovery.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.utils.Utils;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one resource watched: an informer that starts over by itself after most failures, and a new
 * informer some time after the API server has forbidden it. What was known goes from one informer
 * to the next, so that the first list tells what is gone.
 *
 * @param <V> what is kept of an object
 * @param <T> the type of the watched objects
 */
final class WatchLoop<V, T extends Watched<V>> implements ResourceEventHandler<T>, AutoCloseable {
  /** Takes in what has changed; called by one thread at a time. */
  interface Changes<V> {
    void put(V value);

    /** The object is gone; what is known of it is its version. */
    void delete(Watched.Version version);

    /** A whole list has come. */
    default void listed(int objects) {}
  }

  private static final int FORBIDDEN = 403;
  private static final int MAX_DOUBLINGS = 16;

  private final Supplier<SharedIndexInformer<T>> informers;
  private final KnownVersions<V, T> known;
  private final Changes<V> changes;
  private final WatchedResource resource;
  private final RequestObserver observer;
  private final WatchCounts counts;
  private final Executor executor;
  private final KubernetesSettings settings;
  private @Nullable SharedIndexInformer<T> informer;
  private @Nullable Future<?> restart;
  private @Nullable Future<?> check;
  private boolean closed;
  private int refusals;
  private volatile boolean synced;
  private volatile boolean heard;
  private volatile long heardNanos;

  WatchLoop(
      Supplier<SharedIndexInformer<T>> informers,
      KnownVersions<V, T> known,
      Changes<V> changes,
      WatchedResource resource,
      RequestObserver observer,
      Executor executor,
      KubernetesSettings settings) {
    this.informers = informers;
    this.known = known;
    this.changes = changes;
    this.resource = resource;
    this.observer = observer;
    this.counts = observer.counts(resource);
    this.executor = executor;
    this.settings = settings;
  }

  /** Does not wait for the API server. */
  synchronized void start() {
    if (closed) {
      return;
    }
    if (informer != null) {
      informer.stop();
    }
    SharedIndexInformer<T> next = informers.get();
    next.removeIndexer(Cache.NAMESPACE_INDEX);
    next.itemStore(known);
    next.addEventHandler(this);
    next.exceptionHandler((started, failure) -> isRetried(failure));
    informer = next;
    var unused = next.start().thenRun(() -> stands(next));
    next.stopped()
        .whenComplete(
            (stopped, failure) -> {
              if (failure != null) {
                startLater();
              }
            });
  }

  WatchState state() {
    SharedIndexInformer<T> current = current();
    return new WatchState(
        synced,
        current != null && !isClosed() && current.isWatching(),
        heard ? Optional.of(Duration.ofNanos(System.nanoTime() - heardNanos)) : Optional.empty(),
        Math.max(0, counts.watches.get() - 1),
        counts.refusals.get(),
        counts.failures.get(),
        counts.malformed.get(),
        known.size(),
        observer.problem(resource));
  }

  @Override
  public void close() {
    SharedIndexInformer<T> last;
    synchronized (this) {
      closed = true;
      last = informer;
      if (restart != null) {
        restart.cancel(true);
      }
      if (check != null) {
        check.cancel(true);
      }
    }
    if (last != null) {
      last.stop();
    }
  }

  @Override
  public void onAdd(T object) {
    hear();
    if (object.value().isEmpty()) {
      counts.malformed.incrementAndGet();
    }
    object.value().ifPresent(changes::put);
  }

  @Override
  public void onUpdate(T before, T after) {
    if (!before.version().uid().equals(after.version().uid())) {
      changes.delete(before.version());
    }
    onAdd(after);
  }

  @Override
  public void onDelete(T object, boolean stateUnknown) {
    hear();
    // The last state may name a container that ended before it was ever told of.
    object.value().ifPresent(changes::put);
    changes.delete(object.version());
  }

  /** A whole list has been handed on. */
  @Override
  public void onList(String resourceVersion, boolean remainedEmpty) {
    hear();
    synced = true;
    observer.listed(resource);
    changes.listed(known.size());
  }

  private synchronized @Nullable SharedIndexInformer<T> current() {
    return informer;
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private void hear() {
    heardNanos = System.nanoTime();
    heard = true;
  }

  /** Whether the informer starts over by itself. */
  private boolean isRetried(Throwable failure) {
    if (code(failure) == FORBIDDEN) {
      return false;
    }
    counts.failures.incrementAndGet();
    observer.failed(resource, failure);
    return true;
  }

  /** Listed, and watching. */
  private synchronized void stands(SharedIndexInformer<T> next) {
    refusals = 0;
    counts.watchNanos = System.nanoTime(); // the observer may hear of it after this
    checkAge(next);
  }

  /**
   * The server ends each watch after some minutes. When that was not heard, nothing else is: the
   * connection is dead, and neither side has told.
   */
  private synchronized void checkAge(SharedIndexInformer<T> watching) {
    if (closed || watching != informer) {
      return;
    }
    long ageMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - counts.watchNanos);
    long leftMillis = settings.longestWatch().toMillis() - ageMillis;
    if (leftMillis > 0) {
      check = Utils.schedule(executor, () -> checkAge(watching), leftMillis, TimeUnit.MILLISECONDS);
    } else {
      counts.failures.incrementAndGet();
      observer.failed(resource, new IOException("nothing is heard of the server any more"));
      startAgain();
    }
  }

  /**
   * A server that has just started forbids everything for a moment, so the first pause is short.
   */
  private synchronized void startLater() {
    long pause = settings.retry().toMillis() << Math.min(refusals++, MAX_DOUBLINGS);
    long bounded = Math.min(pause, settings.refusedRetry().toMillis());
    if (!closed) {
      restart = Utils.schedule(executor, this::startAgain, bounded, TimeUnit.MILLISECONDS);
    }
  }

  private void startAgain() {
    try {
      start();
    } catch (RuntimeException e) {
      counts.failures.incrementAndGet();
      observer.failed(resource, e);
      startLater();
    }
  }

  private static int code(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof KubernetesClientException refused ? refused.getCode() : 0;
  }
}
