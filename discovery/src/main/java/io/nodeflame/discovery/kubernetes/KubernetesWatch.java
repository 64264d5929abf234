package io.nodeflame.discovery.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.nodeflame.discovery.pod.NamespaceIndex;
import io.nodeflame.discovery.pod.NamespaceMeta;
import io.nodeflame.discovery.pod.Pod;
import io.nodeflame.discovery.pod.PodIndex;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Keeps the indexes in step with the API server: the pods of one node, and all namespaces.
 *
 * <p>It is never fatal that the server is away, slow or unwilling: what is known stays in use, what
 * is in the way is said once in a sentence, and it is tried again until {@link #close}.
 */
public final class KubernetesWatch implements AutoCloseable {
  /** One would do; the second keeps events flowing while a long list is read. */
  private static final int THREADS = 2;

  private static final long IDLE_SECONDS = 2;
  private static final long THREAD_STACK_BYTES = 256 * 1024;

  /** Namespaces in one answer: a cluster may have thousands, a node's pods are few. */
  private static final long NAMESPACES_AT_ONCE = 250;

  private final KubernetesClient client;
  private final RequestObserver observer;
  private final WatchLoop<Pod, WatchedPod> pods;
  private final WatchLoop<NamespaceMeta, WatchedNamespace> namespaces;

  private KubernetesWatch(
      KubernetesSettings settings,
      Executor executor,
      RequestObserver observer,
      KubernetesClient client,
      PodIndex podIndex,
      NamespaceIndex namespaceIndex,
      Consumer<String> warnings) {
    this.client = client;
    this.observer = observer;
    this.pods =
        new WatchLoop<>(
            () ->
                client
                    .resources(WatchedPod.class)
                    .inAnyNamespace()
                    .withField("spec.nodeName", settings.nodeName())
                    .runnableInformer(0),
            new KnownVersions<>(WatchedPod::new),
            new PodChanges(podIndex, settings.nodeName(), warnings),
            WatchedResource.PODS,
            observer,
            executor,
            settings);
    this.namespaces =
        new WatchLoop<>(
            () ->
                client
                    .resources(WatchedNamespace.class)
                    .withLimit(NAMESPACES_AT_ONCE)
                    .runnableInformer(0),
            new KnownVersions<>(WatchedNamespace::new),
            new NamespaceChanges(namespaceIndex),
            WatchedResource.NAMESPACES,
            observer,
            executor,
            settings);
  }

  /**
   * Starts to watch, without waiting for the API server.
   *
   * @param warnings takes one sentence each time, from any thread
   * @throws IOException when the files of the access cannot be read or make no sense
   */
  public static KubernetesWatch start(
      KubernetesSettings settings,
      PodIndex pods,
      NamespaceIndex namespaces,
      Consumer<String> warnings)
      throws IOException {
    Problems problems = new Problems(warnings, System::nanoTime);
    RequestObserver observer = new RequestObserver(problems, settings.refusedRetry());
    Executor executor = executor();
    KubernetesClient client = ApiClients.connect(settings, executor, problems, observer);
    KubernetesWatch watch =
        new KubernetesWatch(settings, executor, observer, client, pods, namespaces, warnings);
    watch.pods.start();
    watch.namespaces.start();
    return watch;
  }

  public WatchState pods() {
    return pods.state();
  }

  public WatchState namespaces() {
    return namespaces.state();
  }

  /** How often the token's file could not be read, and the last token was used. */
  public long tokenFailures() {
    return observer.tokenFailures().get();
  }

  /**
   * Ends the watches. Their threads end a few seconds later, once the server has been told; the
   * JDK's selector with the next garbage collection. The indexes keep what they have.
   */
  @Override
  public void close() {
    pods.close();
    namespaces.close();
    client.close();
  }

  /** Its threads end when there is nothing to do, so that it needs no end of its own. */
  private static Executor executor() {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              String name = "kubernetes-" + number.incrementAndGet();
              Thread thread = new Thread(null, task, name, THREAD_STACK_BYTES);
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  private record PodChanges(PodIndex index, String nodeName, Consumer<String> warnings)
      implements WatchLoop.Changes<Pod> {
    /** A daemon that runs as a pod finds itself at least. */
    @Override
    public void listed(int objects) {
      if (objects == 0) {
        warnings.accept(
            "the API server knows of no pod on a node called "
                + nodeName
                + ": is that its name there (nodeName)?");
      }
    }

    @Override
    public void put(Pod pod) {
      index.put(pod);
    }

    @Override
    public void delete(Watched.Version version) {
      index.delete(version.uid());
    }
  }

  private record NamespaceChanges(NamespaceIndex index)
      implements WatchLoop.Changes<NamespaceMeta> {
    @Override
    public void put(NamespaceMeta namespace) {
      index.put(namespace);
    }

    @Override
    public void delete(Watched.Version version) {
      index.delete(version.name());
    }
  }
}
