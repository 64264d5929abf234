package io.nodeflame.collector.e2e;

import static io.nodeflame.collector.e2e.Objects.at;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * What a cluster's users write, forge and delete: each is said once and counted, and takes nothing
 * from a pod that has no part in it.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BadInputIT {
  private static final String NAMESPACE = "nodeflame-bad";
  private static final String DELETED = "nodeflame-deleted";

  /** As long as the API server allows. */
  private static final String LONG_NAMESPACE = "n".repeat(63);

  private static final String LONG_POD = "p".repeat(63);
  private static final String LONG_CONTAINER = "c".repeat(63);
  private static final int LONG_LABELS = 200;
  private static final String STEADY = "steady";
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final double MAX_UNMATCHED = 0.001;

  /** Of a run with so few samples that a thousandth of them is none. */
  private static final double FEW = 3;

  private static final Map<String, Map<String, String>> LABELS = new HashMap<>();

  private static Installation installation;
  private static Api api;

  private String before;

  @BeforeAll
  static void install() throws Exception {
    installation = Installation.prepare("e2e-bad");
    installation.apply();
    api = Api.open();
    StringBuilder objects = new StringBuilder();
    for (String namespace : List.of(NAMESPACE, DELETED, LONG_NAMESPACE)) {
      objects.append(Cluster.namespace(namespace));
    }
    Cluster.apply(objects.toString());
    run(NAMESPACE, STEADY, "main", "{}");
    installation.rollout().succeeded();
    awaitProfile(STEADY);
  }

  @AfterAll
  static void cleanUp() throws Exception {
    Tools.kubectl(
        "delete",
        "namespace",
        NAMESPACE,
        DELETED,
        LONG_NAMESPACE,
        "--ignore-not-found",
        "--timeout=180s");
    if (api != null) {
      api.close();
    }
    if (installation != null) {
      installation.close();
    }
  }

  @BeforeEach
  void scrape() throws Exception {
    before = Agent.scrape();
  }

  @AfterEach
  void nothingDiedAndNothingIsLost() throws Exception {
    assertEquals(List.of(), samples().wrong);
    assertEquals(0, samples().withoutContainer);
    Agent.assertEverySampleIsAccountedFor(Agent.scrape());
    Agent.sentences();
    Agent.assertNotRestarted();
  }

  /** After all of it: the others' samples go on, and all had a target. */
  @Test
  @Order(Integer.MAX_VALUE)
  void theRestLosesNothing() throws Exception {
    long seen = samples().of(STEADY);
    Agent.awaitWindows(PATIENCE, 2);
    Cluster.await(PATIENCE, "more samples of " + STEADY, () -> samples().of(STEADY) > seen);
    String after = Agent.scrape();
    double taken = Agent.sum(after, "nodeflame_samples_taken_total");
    double unmatched = Agent.unmatched(after);
    System.out.printf("bad input: of %.0f samples taken %.0f unmatched%n", taken, unmatched);
    assertTrue(unmatched <= Math.max(FEW, MAX_UNMATCHED * taken), after);
  }

  /** Starts a pod whose samples are told apart, and which must be seen with the labels of it. */
  private static void run(String namespace, String pod, String container, String metadata)
      throws Exception {
    LABELS.put(
        pod,
        Map.of(
            "pod", pod,
            "namespace", namespace,
            "container", container,
            "service_name", pod,
            "workload_name", pod,
            "workload_kind", "Pod"));
    // Not applied, which would write all of it into an annotation once more.
    String object =
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s, namespace: %s, annotations: %s}
        spec:
          terminationGracePeriodSeconds: 0
          containers: [%s]
        """
            .formatted(pod, namespace, metadata, PodSamples.container(container));
    Tools.kubectlWith(object, "create", "-f", "-").succeeded();
  }

  private static PodSamples samples() {
    return PodSamples.at(installation.endpoint(), pod -> LABELS.getOrDefault(pod, Map.of()));
  }

  private static void awaitProfile(String pod) throws Exception {
    Cluster.await(PATIENCE, "samples of " + pod, () -> samples().of(pod) > 0);
  }

  /** Waits for a warning, of which there must be one and not more. */
  private static void assertSaidOnce(String... parts) throws Exception {
    Cluster.await(PATIENCE, "a warning of " + List.of(parts), () -> said(parts).size() > 0);
    List<String> said = said(parts);
    assertEquals(1, said.size(), said::toString);
    System.out.println("bad input: " + said.get(0));
  }

  private static List<String> said(String... parts) throws Exception {
    return Agent.sentences().stream()
        .filter(line -> List.of(parts).stream().allMatch(line::contains))
        .toList();
  }

  private void assertCounted(String metric) throws Exception {
    String after = Agent.scrape();
    double counted = Agent.sum(after, metric) - Agent.sum(before, metric);
    System.out.printf("bad input: %s rose by %.0f%n", metric, counted);
    assertTrue(counted > 0, () -> metric + " does not count it");
  }

  @Test
  void namesOfTheGreatestLengthAndMoreLabelsThanAreKept() throws Exception {
    StringBuilder labels = new StringBuilder();
    StringBuilder annotations = new StringBuilder();
    for (int i = 0; i < LONG_LABELS; i++) {
      String name = "%03d".formatted(i) + "k".repeat(60);
      String prefix = ("d".repeat(62) + ".").repeat(3) + "d".repeat(i % 2 == 0 ? 63 : 1) + "/";
      labels.append('"').append(prefix).append(name).append("\": ").append("v".repeat(63));
      labels.append(i < LONG_LABELS - 1 ? ", " : "");
      annotations.append('"').append(prefix).append(name).append("\": ").append("a".repeat(800));
      annotations.append(", ");
    }
    annotations.append("example.com/long: ").append("a".repeat(20_000));
    run(
        LONG_NAMESPACE,
        LONG_POD,
        LONG_CONTAINER,
        "{" + annotations + "}, labels: {" + labels + "}");
    awaitProfile(LONG_POD);
    assertSaidOnce(LONG_NAMESPACE + "/" + LONG_POD, "labels are not kept");
    assertCounted("nodeflame_label_problems_total");
  }

  @Test
  void annotationsOfNonsense() throws Exception {
    run(
        NAMESPACE,
        "nonsense",
        "main",
        """
        {nodeflame.io/frequency: "very", nodeflame.io/profile: "maybe", nodeflame.io/label.9th: x,
         nodeflame.io/label.with-dash: x, nodeflame.io/label.empty: "", nodeflame.io/colour: red}
        """
            .strip()
            .replace("\n", ""));
    awaitProfile("nonsense");
    for (String annotation :
        List.of("frequency", "profile", "label.9th", "label.with-dash", "label.empty", "colour")) {
      assertSaidOnce(NAMESPACE + "/nonsense", "nodeflame.io/" + annotation + " ");
    }
    assertCounted("nodeflame_label_problems_total");
  }

  @Test
  void aPodThatClaimsTheContainerOfAnother() throws Exception {
    String id =
        (String)
            at(
                Cluster.get("pod", STEADY, "-n", NAMESPACE),
                "status",
                "containerStatuses",
                0,
                "containerID");
    BoundPods.create(api, NAMESPACE, Agent.node(), 1, 1);
    String forged =
        """
        {"status": {"phase": "Running", "containerStatuses": [{"name": "main", "image": "i",
         "imageID": "", "ready": true, "restartCount": 0, "containerID": "%s",
         "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}}]}}
        """
            .formatted(id);
    String pod = "/api/v1/namespaces/" + NAMESPACE + "/pods/bound-00-00000";
    assertEquals(
        id,
        at(
            api.patch(pod + "/status", forged).object(),
            "status",
            "containerStatuses",
            0,
            "containerID"));
    assertSaidOnce("Two pods, ", "both claim " + id.substring(id.length() - 64));
    assertCounted("nodeflame_pod_conflicts_total");
    api.delete(pod).object();
  }

  @Test
  void aNamespaceThatIsDeletedWhileItIsSampled() throws Exception {
    run(DELETED, "short-lived", "main", "{}");
    awaitProfile("short-lived");
    double namespaces = Agent.sum(Agent.scrape(), "nodeflame_namespaces");
    Tools.kubectl("delete", "namespace", DELETED, "--timeout=180s").succeeded();
    Cluster.await(
        PATIENCE,
        "the namespace to be forgotten",
        () -> Agent.sum(Agent.scrape(), "nodeflame_namespaces") == namespaces - 1);
    System.out.printf(
        "bad input: %d samples of a pod in the deleted namespace%n", samples().of("short-lived"));
  }

  @Test
  void aTokenThatVanishes() throws Exception {
    assumeTrue(Hook.RESTART_API_SERVER.isGiven(), "nothing makes the daemon read its token again");
    MountedToken token = MountedToken.remove(NAMESPACE);
    Hook.RESTART_API_SERVER.run();
    assertSaidOnce("The token ", "cannot be read");
    assertCounted("nodeflame_kubernetes_token_failures_total");
    run(NAMESPACE, "late", "main", "{}");
    awaitProfile("late");
    token.leave();
  }
}
