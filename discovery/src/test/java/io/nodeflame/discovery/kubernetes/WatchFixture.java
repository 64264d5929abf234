package io.nodeflame.discovery.kubernetes;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.fail;

import io.nodeflame.discovery.pod.NamespaceIndex;
import io.nodeflame.discovery.pod.PodIndex;
import io.nodeflame.discovery.pod.PodIndexLimits;
import io.nodeflame.discovery.pod.PodMatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/** A watch of {@link FakeApiServer} with short pauses, and what came of it. */
final class WatchFixture implements AutoCloseable {
  static final PodIndexLimits LIMITS = new PodIndexLimits(1 << 20, 50, Duration.ofMinutes(5));

  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private final PodIndex pods = new PodIndex(LIMITS, System::nanoTime, warnings::add);
  private final NamespaceIndex namespaces = new NamespaceIndex(NamespaceIndex.DEFAULT_MAX_BYTES);
  private final FakeApiServer server;
  private Optional<Path> tokenFile = Optional.empty();
  private Optional<Path> kubeconfig = Optional.empty();
  private Duration longestWatch = Duration.ofMinutes(11);
  private KubernetesWatch watch;

  WatchFixture(FakeApiServer server) {
    this.server = server;
  }

  void longestWatch(Duration longest) {
    longestWatch = longest;
  }

  void tokenFile(Path file) {
    tokenFile = Optional.of(file);
  }

  void kubeconfig(Path file) {
    kubeconfig = Optional.of(file);
  }

  void start() throws Exception {
    ClusterAccess access = new ClusterAccess(server.uri(), Optional.empty(), tokenFile, kubeconfig);
    KubernetesSettings settings =
        new KubernetesSettings(
            access,
            "node-1",
            key -> true,
            Duration.ofMillis(50),
            Duration.ofMillis(300),
            longestWatch);
    watch = KubernetesWatch.start(settings, pods, namespaces, warnings::add);
  }

  KubernetesWatch watch() {
    return watch;
  }

  PodIndex pods() {
    return pods;
  }

  NamespaceIndex namespaces() {
    return namespaces;
  }

  List<String> warnings() {
    return warnings;
  }

  void awaitSynced() throws InterruptedException {
    await(() -> watch.pods().synced() && watch.namespaces().synced(), "synced");
  }

  boolean isFound(char containerId, String podUid) {
    return pods.find(PodJson.id(containerId), podUid) instanceof PodMatch.Found;
  }

  PodMatch.Found found(char containerId, String podUid) {
    return assertInstanceOf(PodMatch.Found.class, pods.find(PodJson.id(containerId), podUid));
  }

  /** Waits for a condition; the deadline is for a machine that is very busy. */
  void await(BooleanSupplier condition, String what) throws InterruptedException {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > DEADLINE.toNanos()) {
        fail("not " + what + "; " + watch.pods() + watch.namespaces() + server.requests());
      }
      Thread.sleep(5);
    }
  }

  @Override
  public void close() {
    if (watch != null) {
      watch.close();
    }
  }
}
