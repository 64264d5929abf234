package io.nodeflame.collector.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * 60 pods of 20 workloads that come and go, among 100 more that only the API server knows, while
 * the API server goes away, forgets the past, and refuses the token that it gave.
 */
class ChurnIT {
  private static final String NAMESPACE = "nodeflame-churn";
  private static final String BOUND = "nodeflame-bound";
  private static final int WORKLOADS = 20;
  private static final int REPLICAS = 3;
  private static final int BOUND_PODS = 100;
  private static final Pattern POD = Pattern.compile("(churn-\\d{2})-.+");

  /** How long pods come and go; a longer run shows more. */
  private static final int SECONDS = Integer.getInteger("nodeflame.e2e.churnSeconds", 140);

  private static final Duration BETWEEN_DELETIONS = Duration.ofSeconds(1);
  private static final Duration BETWEEN_CHANGES = Duration.ofMillis(100);
  private static final long BETWEEN_READINGS_MILLIS = 3000;

  /** Of the steps that the time has room for; the API server is away for some of it. */
  private static final double DONE_AT_LEAST = 0.6;

  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final double MAX_UNMATCHED = 0.001;

  /** Of a run with so few samples that a thousandth of them is none. */
  private static final double FEW = 3;

  private static Installation installation;
  private static Api api;
  private static BoundPods bound;
  private static MountedToken token;

  private final Random random = new Random(1);
  private final MemoryReadings memory = new MemoryReadings();

  @BeforeAll
  static void install() throws Exception {
    installation = Installation.prepare("e2e-churn");
    installation.apply();
    api = Api.open();
    StringBuilder objects = new StringBuilder();
    for (String namespace : List.of(NAMESPACE, BOUND)) {
      objects.append(Cluster.namespace(namespace));
    }
    for (int i = 0; i < WORKLOADS; i++) {
      objects.append(deployment("churn-%02d".formatted(i)));
    }
    Cluster.apply(objects.toString());
    Cluster.await(PATIENCE, "all pods to run", () -> running().size() == WORKLOADS * REPLICAS);
    installation.rollout().succeeded();
    token = MountedToken.watch(BOUND);
    bound = BoundPods.create(api, BOUND, Agent.node(), WORKLOADS, BOUND_PODS);
  }

  @AfterAll
  static void cleanUp() throws Exception {
    Tools.kubectl("delete", "namespace", NAMESPACE, BOUND, "--ignore-not-found", "--timeout=180s");
    if (api != null) {
      api.close();
    }
    if (installation != null) {
      installation.close();
    }
  }

  private static String deployment(String name) {
    return """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: %1$s, namespace: %2$s}
        spec:
          replicas: %3$d
          selector: {matchLabels: {app: %1$s}}
          template:
            metadata: {labels: {app: %1$s}}
            spec:
              terminationGracePeriodSeconds: 0
              containers: [%4$s]
        ---
        """
        .formatted(name, NAMESPACE, REPLICAS, PodSamples.container("main"));
  }

  private static Map<String, String> labels(String pod) {
    Matcher name = POD.matcher(pod);
    return name.matches()
        ? Map.of(
            "pod",
            pod,
            "namespace",
            NAMESPACE,
            "container",
            "main",
            "service_name",
            name.group(1),
            "workload_name",
            name.group(1),
            "workload_kind",
            "Deployment")
        : Map.of();
  }

  private static PodSamples samples() {
    return PodSamples.at(installation.endpoint(), ChurnIT::labels);
  }

  private static List<String> running() throws Exception {
    String names =
        Tools.kubectl(
                "-n",
                NAMESPACE,
                "get",
                "pods",
                "--field-selector=status.phase=Running",
                "-o",
                "jsonpath={.items[*].metadata.name}")
            .succeeded();
    return names.isBlank() ? List.of() : List.of(names.strip().split(" "));
  }

  private void deleteOne() throws Exception {
    List<String> pods = running();
    String pod = pods.get(random.nextInt(pods.size()));
    Tools.kubectl("-n", NAMESPACE, "delete", "pod", pod, "--wait=false").succeeded();
  }

  @Test
  void noSampleHasALabelOfAnotherPod() throws Exception {
    String node = Agent.node();
    Cluster.await(PATIENCE, "profiles of pods", () -> samples().total() > 0);
    Cluster.await(
        PATIENCE, "all pods to be known", () -> podsKnown() == BoundPods.onNode(api, node));
    String before = Agent.scrape();
    String oldToken =
        Tools.kubectl("create", "token", "nodeflame", "-n", Agent.SYSTEM).succeeded().strip();
    assertTrue(api.isAccepted(oldToken));
    long began = System.nanoTime();
    Paced deletions = Paced.start(BETWEEN_DELETIONS, this::deleteOne);
    Paced changes = Paced.start(BETWEEN_CHANGES, bound::change);
    try (deletions;
        changes) {
      readUntil("a part of the time is over", () -> secondsSince(began) > SECONDS / 6);
      if (disturb(Hook.NEW_TOKENS)) {
        assertTrue(api.isAccepted(oldToken));
        readUntil("the kubelet has written a new token", () -> token.steps() > 1);
        System.out.printf("churn: a new token after %d s%n", secondsSince(began));
      }
      if (disturb(Hook.REFUSE_OLD_TOKENS)) {
        assertFalse(api.isAccepted(oldToken));
      }
      readUntil("the time is over", () -> secondsSince(began) > SECONDS);
    }
    long seconds = secondsSince(began);
    System.out.printf(
        "churn: deletions: %s; changes: %s%n", deletions.summary(), changes.summary());
    // What the daemon knows after all this is what the API server says: no change was missed.
    Cluster.await(
        PATIENCE, "all pods to be known", () -> podsKnown() == BoundPods.onNode(api, node));
    Agent.awaitWindows(PATIENCE, 2);
    String after = Agent.scrape();
    memory.read(after);
    PodSamples samples = samples();
    double taken =
        Agent.sum(after, "nodeflame_samples_taken_total")
            - Agent.sum(before, "nodeflame_samples_taken_total");
    double unmatched = Agent.unmatched(after) - Agent.unmatched(before);
    System.out.printf(
        "churn: %d samples of %d pods, %d with a wrong label, %d without a container; of %.0f taken %.0f unmatched; pods"
            + " known %.0f%n",
        samples.total(),
        samples.counts.size(),
        samples.wrong.size(),
        samples.withoutContainer,
        taken,
        unmatched,
        podsKnown());
    Agent.sentences().stream()
        .filter(line -> line.contains(" WARN "))
        .forEach(line -> System.out.println("churn: " + line));
    assertEquals(List.of(), samples.wrong);
    assertTrue(samples.counts.size() > WORKLOADS * REPLICAS, "pods of both before and after");
    assertTrue(samples.total() > 200, () -> "samples: " + samples.total());
    assertTrue(samples.withoutContainer <= Math.max(FEW, MAX_UNMATCHED * samples.total()));
    assertTrue(unmatched <= Math.max(FEW, MAX_UNMATCHED * taken), after);
    assertTrue(deletions.done() > DONE_AT_LEAST * seconds, deletions::summary);
    assertTrue(changes.done() > DONE_AT_LEAST * 10 * seconds, changes::summary);
    Agent.assertEverySampleIsAccountedFor(after);
    Agent.assertNotRestarted();
    memory.assertFlat();
  }

  private static double podsKnown() throws Exception {
    return Agent.value(Agent.scrape(), "nodeflame_pods{state=\"known\"}");
  }

  private static long secondsSince(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos).toSeconds();
  }

  private void readUntil(String what, Cluster.Condition condition) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(SECONDS).plus(PATIENCE).toNanos();
    while (!condition.holds()) {
      assertTrue(System.nanoTime() < end, () -> "waited in vain until " + what);
      memory.read(Agent.scrape());
      Thread.sleep(BETWEEN_READINGS_MILLIS); // how often the figures are read, not a measure
    }
  }

  /** Does it, and waits until the daemon watches again; false when the cluster has no way to. */
  private boolean disturb(Hook hook) throws Exception {
    if (!hook.isGiven()) {
      return false;
    }
    double watches = watches(Agent.scrape());
    String version = api.version();
    long began = System.nanoTime();
    hook.run();
    assertTrue(api.isExpired(version), "a watch from before the restart goes on after it");
    Duration away = Duration.ofNanos(System.nanoTime() - began);
    Cluster.await(
        PATIENCE,
        "the daemon to watch again after " + hook,
        () -> {
          String metrics = Agent.scrape();
          return watches(metrics) > watches
              && Agent.value(metrics, "nodeflame_kubernetes_connected{resource=\"pods\"}") == 1;
        });
    Duration watching = Duration.ofNanos(System.nanoTime() - began);
    System.out.printf(
        "churn: %s: the API server is back after %d ms, the daemon's watch after %d ms%n",
        hook, away.toMillis(), watching.toMillis());
    return true;
  }

  private static double watches(String metrics) {
    return Agent.value(metrics, "nodeflame_kubernetes_reconnects_total{resource=\"pods\"}");
  }
}
