package io.nodeflame.collector.e2e;

import static io.nodeflame.collector.e2e.Objects.at;
import static io.nodeflame.collector.e2e.Objects.list;
import static io.nodeflame.collector.e2e.Objects.map;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.collector.delivery.FakePyroscope;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The life of an installation, one step a test, in this order: apply the default overlay, see
 * profiles of pods, look at its rights, delete it.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class InstallIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration FIRST_PROFILE_WITHIN = Duration.ofSeconds(20);

  private static Installation installation;
  private static FakePyroscope endpoint;
  private static Set<String> objectsBefore;
  private static final AtomicReference<Instant> firstPush = new AtomicReference<>();

  @BeforeAll
  static void prepare() throws Exception {
    installation = Installation.prepare("e2e-overlay");
    endpoint = installation.endpoint();
    endpoint.behave(
        exchange -> {
          firstPush.compareAndSet(null, Instant.now());
          return null;
        });
    objectsBefore = Cluster.objectsOfNodeflame();
    assertEquals(Set.of(), objectsBefore, "an installation is there already");
    StringBuilder pods = new StringBuilder(Cluster.namespace(Workload.NAMESPACE));
    Workload.ALL.forEach(workload -> pods.append(workload.manifest()));
    Cluster.apply(pods.toString());
    for (Workload workload : Workload.ALL) {
      Cluster.await(
          PATIENCE,
          workload.pod() + " to run",
          () -> at(pod(workload.pod()), "status", "phase").equals("Running"));
    }
  }

  @AfterAll
  static void cleanUp() throws Exception {
    Tools.kubectl(
        "delete", "namespace", Workload.NAMESPACE, "--ignore-not-found", "--timeout=120s");
    if (installation != null) {
      installation.close();
    }
  }

  @ParameterizedTest
  @Order(1)
  @ValueSource(
      strings = {"overlays/default", "overlays/privileged", "overlays/kind", "demo", "kind"})
  void theServerAcceptsEveryManifest(String directory) throws Exception {
    // Objects in a namespace that is not there cannot be tried: so in that of the pods.
    String objects =
        Tools.kustomize(Tools.DEPLOY.resolve(directory))
            .replaceAll("namespace: (nodeflame|shop|monitoring)\n", "namespace: nodeflame-e2e\n");
    Tools.kubectlWith(objects, "apply", "--dry-run=server", "--validate=strict", "-f", "-")
        .succeeded();
  }

  @Test
  @Order(2)
  void oneCommandInstallsAndTheDaemonSetBecomesReady() throws Exception {
    installation.apply();
    Shell.Result rollout = installation.rollout();
    assertEquals(0, rollout.exitCode(), () -> rollout + describe());
    Map<String, Object> status =
        map(Cluster.get("daemonset", "nodeflame", "-n", Agent.SYSTEM).get("status"));
    assertEquals(status.get("desiredNumberScheduled"), status.get("numberReady"));
    Object nodes = list(Cluster.get("nodes").get("items")).size();
    assertEquals(nodes, status.get("numberReady"), "every node has one");
  }

  @Test
  @Order(3)
  void theFirstProfileComesWithin20SecondsOfTheStart() throws Exception {
    Cluster.await(PATIENCE, "a profile", () -> !endpoint.stored().isEmpty());
    Duration took = Duration.between(Agent.containerStart(), firstPush.get());
    System.out.printf("first profile %d s after the container's start%n", took.toSeconds());
    assertTrue(took.compareTo(FIRST_PROFILE_WITHIN) <= 0, took::toString);
  }

  @Test
  @Order(4)
  void profilesOfEveryLanguageArriveWithTheLabelsOfTheirPod() throws Exception {
    String node = Agent.node();
    for (Workload workload : Workload.ALL) {
      Cluster.await(
          PATIENCE,
          "a profile of " + workload.pod() + " in " + seriesSeen(),
          () -> samplesOf(workload, node) > 0 && hasChain(workload, node));
      System.out.printf(
          "%s: %d ms of CPU time in profiles%n",
          workload.pod(), samplesOf(workload, node) / 1_000_000);
    }
  }

  @Test
  @Order(5)
  void noSeriesHasALabelThatIsNotDocumented() throws Exception {
    Set<String> names = new TreeSet<>();
    endpoint.stored().forEach(stored -> names.addAll(stored.labels().keySet()));
    names.removeAll(Workload.allowedLabels());
    assertEquals(Set.of(), names);
    endpoint.stored().forEach(stored -> assertEquals(1, stored.copies(), stored::toString));
  }

  @Test
  @Order(6)
  void metricsAnswerOnThePodsAddressAndEverySampleIsAccountedFor() throws Exception {
    String metrics = Agent.scrape();
    Agent.assertEverySampleIsAccountedFor(metrics);
    System.out.printf(
        "RSS %.0f MiB, of it anonymous %.0f MiB, BPF maps %.0f MiB%n",
        Agent.sum(metrics, "nodeflame_process_resident_bytes") / (1 << 20),
        Agent.sum(metrics, "nodeflame_process_anonymous_bytes") / (1 << 20),
        Agent.sum(metrics, "nodeflame_bpf_map_bytes") / (1 << 20));
  }

  @Test
  @Order(7)
  void theDaemonSaysThatNoRightIsMissing() throws Exception {
    String log = String.join("\n", Agent.sentences());
    assertTrue(log.contains("Profiling this host"), log);
    assertFalse(log.contains("warning:"), log);
    Agent.assertNotRestarted();
  }

  @Test
  @Order(8)
  void theServiceAccountMayDoWhatTheReadmeListsAndNothingElse() throws Exception {
    Set<String> rights = Cluster.rights("system:serviceaccount:nodeflame:nodeflame");
    // What the cluster gives to everyone, such as asking for its own rights.
    rights.removeAll(Cluster.rights("system:serviceaccount:" + Workload.NAMESPACE + ":default"));
    Set<String> documented = new TreeSet<>();
    Matcher row =
        Pattern.compile("(?m)^\\| `([a-z]+)` \\| `(get), (list), (watch)` \\|")
            .matcher(Files.readString(Tools.DEPLOY.resolve("README.md")));
    while (row.find()) {
      documented.add(
          row.group(1)
              + " [] [] ["
              + String.join(" ", row.group(2), row.group(3), row.group(4))
              + "]");
    }
    assertEquals(2, documented.size());
    assertEquals(documented, rights);
  }

  @Test
  @Order(9)
  void aNamespaceIsExcludedWithoutARestart() throws Exception {
    double excluded = Agent.sum(Agent.scrape(), "nodeflame_samples_dropped_total");
    Overlay.exclude(installation.overlay(), Workload.NAMESPACE);
    installation.apply();
    // The kubelet brings a changed ConfigMap to its pods within a minute or two.
    Cluster.await(
        PATIENCE,
        "samples of the namespace to be left out",
        () -> Agent.sum(Agent.scrape(), "nodeflame_samples_dropped_total") > excluded);
    Agent.awaitWindows(PATIENCE, 2);
    long before = profilesOfNamespace();
    Agent.awaitWindows(PATIENCE, 2);
    assertEquals(before, profilesOfNamespace(), "profiles of an excluded namespace");
    Agent.assertNotRestarted();
  }

  private static long profilesOfNamespace() {
    return endpoint.stored().stream()
        .filter(stored -> Workload.NAMESPACE.equals(stored.labels().get("namespace")))
        .count();
  }

  @Test
  @Order(10)
  void deletingLeavesNothingBehind() throws Exception {
    String uid = (String) at(Agent.pod(), "metadata", "uid");
    String name = Agent.name();
    HostFiles.start(Agent.node());
    Set<String> files = HostFiles.named(uid, name);
    assertFalse(files.isEmpty(), "the node shows nothing of a pod that runs");
    Shell.Result deleted = installation.delete();
    assertEquals(0, deleted.exitCode(), deleted::toString);
    assertEquals(objectsBefore, Cluster.objectsOfNodeflame());
    Cluster.await(
        PATIENCE,
        "an end of the files that were there: " + files,
        () -> HostFiles.named(uid, name).isEmpty());
  }

  private static boolean hasChain(Workload workload, String node) {
    if (workload.chain().isEmpty()) {
      return true;
    }
    String chain = String.join(";", workload.chain());
    return endpoint.stored().stream()
        .filter(stored -> workload.isOf(stored.labels(), node))
        .anyMatch(
            stored ->
                stored.profile().collapse(0).keySet().stream()
                    .anyMatch(stack -> stack.contains(chain)));
  }

  private static long samplesOf(Workload workload, String node) {
    return endpoint.stored().stream()
        .filter(stored -> workload.isOf(stored.labels(), node))
        .mapToLong(stored -> stored.profile().total(0))
        .sum();
  }

  private static Set<String> seriesSeen() {
    Set<String> seen = new HashSet<>();
    endpoint.stored().forEach(stored -> seen.add(stored.labels().toString()));
    return seen;
  }

  private static Map<String, Object> pod(String name) throws Exception {
    return Cluster.get("pod", name, "-n", Workload.NAMESPACE);
  }

  private static String describe() {
    try {
      return Tools.kubectl("-n", Agent.SYSTEM, "describe", "pods")
          + Tools.kubectl("-n", Agent.SYSTEM, "logs", "daemonset/nodeflame", "--tail=50")
              .toString();
    } catch (Exception e) {
      return e.toString();
    }
  }
}
