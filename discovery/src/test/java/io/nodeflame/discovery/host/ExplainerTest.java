package io.nodeflame.discovery.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.discovery.AnnotationSettings;
import io.nodeflame.discovery.CgroupFrequencies;
import io.nodeflame.discovery.DiscoverySettings;
import io.nodeflame.discovery.Excluded;
import io.nodeflame.discovery.PodSettings;
import io.nodeflame.discovery.ProcessFacts;
import io.nodeflame.discovery.Resolution;
import io.nodeflame.discovery.ServiceNames;
import io.nodeflame.discovery.Target;
import io.nodeflame.discovery.Unmatched;
import io.nodeflame.discovery.Waiting;
import io.nodeflame.discovery.cgroup.CgroupHierarchy;
import io.nodeflame.discovery.cgroup.CgroupTree;
import io.nodeflame.discovery.pod.Controller;
import io.nodeflame.discovery.pod.LabelSelector;
import io.nodeflame.discovery.pod.NamespaceIndex;
import io.nodeflame.discovery.pod.NamespaceMeta;
import io.nodeflame.discovery.pod.Pod;
import io.nodeflame.discovery.pod.PodContainer;
import io.nodeflame.discovery.pod.PodIndex;
import io.nodeflame.discovery.pod.PodIndexLimits;
import io.nodeflame.discovery.pod.PodMatch;
import io.nodeflame.discovery.pod.Readiness;
import io.nodeflame.discovery.pod.Workload;
import io.nodeflame.discovery.relabel.RelabelAction;
import io.nodeflame.discovery.relabel.RelabelRule;
import io.nodeflame.discovery.relabel.Relabeling;
import io.nodeflame.discovery.target.Labelling;
import io.nodeflame.discovery.target.PodExplanation;
import io.nodeflame.discovery.target.PodTargets;
import io.nodeflame.discovery.target.TargetRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is explained is what samples are resolved to. */
class ExplainerTest {
  private static final String UID = "c14fd02f-1809-41e9-bd1a-8e99b3e88632";
  private static final String ID = "ab".repeat(32);
  private static final String OTHER_ID = "cd".repeat(32);
  private static final String IN_POD = "/kubepods/besteffort/pod" + UID + "/" + ID;
  private static final long TICK = 10_000_000;
  private static final int PUBLISHER = 4719;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path cgroups;
  @TempDir Path procRoot;
  private FakeProc proc;
  private long now = 5_000_000_000L;
  private final List<String> said = new ArrayList<>();
  private final PodIndex pods = new PodIndex(PodIndexLimits.DEFAULT, () -> now, warning -> {});
  private final NamespaceIndex namespaces = new NamespaceIndex(NamespaceIndex.DEFAULT_MAX_BYTES);
  private HostTargetResolver resolver;
  private Explainer explainer;

  @BeforeEach
  void setUp() {
    proc = new FakeProc(procRoot);
    use(settings(PodSettings.ALL), true);
  }

  private void use(DiscoverySettings settings, boolean inKubernetes) {
    CgroupHierarchy hierarchy = new CgroupHierarchy(2, "", cgroups, "/");
    TargetRules rules = new TargetRules(settings, said::add);
    PodTargets targets =
        inKubernetes ? new PodTargets(pods, namespaces, rules, PATIENCE, () -> now) : null;
    resolver =
        new HostTargetResolver(
            rules,
            targets,
            procRoot,
            new CgroupTree(hierarchy, CgroupTree.Limits.DEFAULT, () -> now),
            100,
            () -> now);
    explainer =
        new Explainer(
            resolver::rules, targets, procRoot, hierarchy, CgroupFrequencies.NONE, this::published);
  }

  private ServiceNames published(int pid, long startTicks) {
    return pid == PUBLISHER && startTicks == 50
        ? new ServiceNames("checkout", "", "")
        : ServiceNames.NONE;
  }

  @Test
  void whatAProcessPublishesIsSeenAmongWhatIsGiven() throws IOException {
    proc.process(PUBLISHER, 50, "/usr/bin/web", "0::/system.slice/web.service\n");
    Explanation explanation = explainer.process(PUBLISHER).orElseThrow();
    assertEquals(
        "checkout",
        explanation.labelling().orElseThrow().given().get("__meta_process_service_name"));
    Target target = assertInstanceOf(Target.class, explanation.resolution());
    assertEquals("checkout", target.serviceName());
  }

  private static DiscoverySettings settings(PodSettings pods, RelabelRule... rules) {
    return settings(true, pods, rules);
  }

  private static DiscoverySettings settings(
      boolean others, PodSettings pods, RelabelRule... rules) {
    return new DiscoverySettings(
        "n1", others, Map.of("cluster", "c1"), pods, Relabeling.of(List.of(rules)));
  }

  private static PodSettings pods(Set<String> include, Set<String> exclude, String selector) {
    return new PodSettings(
        include,
        exclude,
        LabelSelector.parse(selector).orElseThrow(),
        new AnnotationSettings("nodeflame.io", 1000),
        List.of("team"));
  }

  private static RelabelRule rule(
      String source, String regex, String target, RelabelAction action) {
    return new RelabelRule(List.of(source), ";", regex, 0, target, "$1", action);
  }

  private static Pod pod(Map<String, String> annotations, String containerId) {
    return new Pod(
        UID,
        "",
        "shop",
        "web-0",
        "n1",
        "10.0.0.7",
        "192.0.2.1",
        "Running",
        Readiness.TRUE,
        Map.of("app", "web", "team", "a"),
        0,
        annotations,
        0,
        new Controller("apps/v1", "StatefulSet", "web"),
        new Workload("StatefulSet", "web"),
        Instant.EPOCH,
        List.of(
            new PodContainer("main", PodContainer.Kind.APP, "web:1", "containerd", containerId, ""),
            new PodContainer("idle", PodContainer.Kind.SIDECAR, "idle:1", "", "", "")));
  }

  private void process(int pid, String executable, String cgroupPath) throws IOException {
    proc.process(pid, pid + 40, executable, "0::" + cgroupPath + "\n");
    Files.createDirectories(cgroups.resolve(cgroupPath.substring(1)));
  }

  /** As the sampler tells it: with the cgroup's id, and a start in nanoseconds. */
  private ProcessFacts sampled(int pid, String executable, String cgroupPath) throws IOException {
    Object inode = Files.getAttribute(cgroups.resolve(cgroupPath.substring(1)), "unix:ino");
    return new ProcessFacts(
        pid, (pid + 40) * TICK + 1234, ((Number) inode).longValue(), "main", executable);
  }

  /** Explains first, so that the explanation could not learn from the resolver. */
  private Explanation same(int pid, String executable, String cgroupPath) throws IOException {
    process(pid, executable, cgroupPath);
    Explanation explanation = explainer.process(pid).orElseThrow();
    Resolution resolved = resolver.resolve(sampled(pid, executable, cgroupPath));
    assertSame(resolved, explanation.resolution());
    return explanation;
  }

  private static void assertSame(Resolution expected, Resolution actual) {
    if (expected instanceof Waiting waiting) {
      assertEquals(waiting.container(), assertInstanceOf(Waiting.class, actual).container());
    } else {
      assertEquals(expected, actual);
    }
  }

  private static Labelling labelling(Explanation explanation) {
    return explanation.labelling().orElseThrow();
  }

  @Test
  void aHostProcess() throws IOException {
    Explanation explanation = same(7, "/usr/sbin/nginx", "/system.slice/web.service");
    assertEquals(Explanation.Kind.HOST, explanation.kind());
    assertEquals("/system.slice/web.service", explanation.cgroupPath());
    assertEquals(List.of(""), explanation.controllers());
    assertEquals("web", labelling(explanation).given().get("service_name"));
    assertEquals("nginx", labelling(explanation).given().get("__meta_process_executable"));
    assertInstanceOf(Target.class, explanation.resolution());
    same(8, "/usr/bin/python3", "/user.slice/user-0.slice/session-1.scope");

    use(settings(false, PodSettings.ALL), true);
    explanation = same(9, "/usr/sbin/nginx", "/system.slice/web.service");
    assertEquals("targets.otherProcesses: false", labelling(explanation).excludedBy());
  }

  @Test
  void aKernelThread() throws IOException {
    proc.kernelThread(5, "kswapd0");
    Explanation explanation = explainer.process(5).orElseThrow();
    assertEquals(Explanation.Kind.KERNEL_THREAD, explanation.kind());
    assertEquals(
        resolver.resolve(new ProcessFacts(5, TICK, 1, "kswapd0", "")), explanation.resolution());
  }

  @Test
  void aContainerWithoutAPod() throws IOException {
    Explanation explanation = same(7, "/app/worker", "/docker/" + ID);
    assertEquals(ID, explanation.container().orElseThrow().id());
    assertTrue(explanation.pod().isEmpty());
    use(settings(PodSettings.ALL), false);
    same(8, "/app/worker", "/docker/" + OTHER_ID);
    explanation = same(9, "/app/worker", IN_POD);
    assertTrue(explanation.pod().isEmpty(), "without a cluster");
    assertInstanceOf(Target.class, explanation.resolution());
    assertFalse(explainer.knowsPods());
    assertTrue(explainer.pod("shop", "web-0").isEmpty());
  }

  @Test
  void aPodThatIsFound() throws IOException {
    pods.put(pod(Map.of("nodeflame.io/label.tier", "gold", "nodeflame.io/what", "x"), ID));
    namespaces.put(new NamespaceMeta("shop", Map.of("team", "b"), Map.of()));
    use(
        settings(
            pods(Set.of(), Set.of(), ""),
            rule("__meta_kubernetes_namespace_label_team", "(.*)", "owner", RelabelAction.REPLACE),
            rule("pod", "never", "", RelabelAction.DROP)),
        true);
    Explanation explanation = same(7, "/app/web", IN_POD);
    PodExplanation pod = explanation.pod().orElseThrow();
    assertInstanceOf(PodMatch.Found.class, pod.match());
    assertTrue(pod.namespaceKnown());
    Labelling labelling = labelling(explanation);
    assertEquals("b", labelling.given().get("__meta_kubernetes_namespace_label_team"));
    assertEquals(2, labelling.steps().size());
    assertEquals("owner", labelling.steps().get(0).changes().get(0).label());
    assertEquals(List.of(), labelling.steps().get(1).changes());
    assertEquals("", labelling.excludedBy());
    assertEquals(List.of("pod shop/web-0: nodeflame.io/what is not known"), labelling.problems());
    Target target = assertInstanceOf(Target.class, explanation.resolution());
    assertEquals("gold", target.labels().value("tier"));
    assertEquals("b", target.labels().value("owner"));
    assertEquals(1, said.size(), "by the resolver alone: " + said);
  }

  @Test
  void eachSettingThatExcludes() throws IOException {
    pods.put(pod(Map.of(), ID));
    assertEquals(
        "targets.namespaces.exclude has shop", excludedBy(pods(Set.of(), Set.of("shop"), "")));
    assertEquals(
        "targets.namespaces.include does not have shop",
        excludedBy(pods(Set.of("bank"), Set.of(), "")));
    assertEquals(
        "targets.podSelector does not select the pod's labels",
        excludedBy(pods(Set.of(), Set.of(), "app=db")));
    assertEquals(
        "targets.relabelConfigs[1], action drop",
        excludedBy(
            pods(Set.of(), Set.of(), ""),
            rule("pod", "(.*)", "x", RelabelAction.REPLACE),
            rule("x", "web-.*", "", RelabelAction.DROP)));
    pods.put(pod(Map.of("nodeflame.io/profile", "false"), ID));
    assertEquals(
        "annotation nodeflame.io/profile: \"false\"", excludedBy(pods(Set.of(), Set.of(), "")));
  }

  private String excludedBy(PodSettings settings, RelabelRule... rules) throws IOException {
    use(settings(settings, rules), true);
    Explanation explanation = same(7, "/app/web", IN_POD);
    Excluded excluded = assertInstanceOf(Excluded.class, explanation.resolution());
    Labelling labelling = labelling(explanation);
    boolean byRule = excluded.reason() == Excluded.Reason.RELABEL_RULE;
    assertEquals(byRule ? rules.length : 0, labelling.steps().size());
    assertEquals("web-0", labelling.given().get("__meta_kubernetes_pod_name"), "labels are shown");
    return labelling.excludedBy();
  }

  @Test
  void waitingBeginsWithTheFirstSampleAndEnds() throws IOException {
    process(7, "/app/web", IN_POD);
    ProcessFacts sampled = sampled(7, "/app/web", IN_POD);
    Explanation before = explainer.process(7).orElseThrow();
    assertInstanceOf(Waiting.class, before.resolution());
    assertEquals(Optional.empty(), before.pod().orElseThrow().waited(), "nobody waits yet");
    now += 1_000_000_000L;
    assertInstanceOf(Waiting.class, resolver.resolve(sampled));
    now += 2_000_000_000L;
    PodExplanation waiting = explainer.process(7).orElseThrow().pod().orElseThrow();
    assertEquals(Optional.of(Duration.ofSeconds(2)), waiting.waited(), "from the sample on");
    assertInstanceOf(PodMatch.NotFound.class, waiting.match());

    pods.put(pod(Map.of(), ""));
    waiting = explainer.process(7).orElseThrow().pod().orElseThrow();
    assertInstanceOf(PodMatch.ContainerUnknown.class, waiting.match());
    assertSame(resolver.resolve(sampled), waiting.resolution());

    now += PATIENCE.toNanos();
    Explanation sandbox = explainer.process(7).orElseThrow();
    assertInstanceOf(Target.class, sandbox.resolution());
    assertSame(resolver.resolve(sampled), sandbox.resolution());
    pods.delete(UID);
    now += Duration.ofMinutes(10).toNanos();
    Explanation gone = explainer.process(7).orElseThrow();
    assertEquals(new Unmatched(Unmatched.Reason.POD_UNKNOWN), gone.resolution());
    assertSame(resolver.resolve(sampled), gone.resolution());
  }

  @Test
  void twoPodsThatClaimOneContainer() throws IOException {
    pods.put(pod(Map.of(), ID));
    Pod one = pod(Map.of(), ID);
    pods.put(
        new Pod(
            "another",
            "",
            "shop",
            "web-1",
            one.nodeName(),
            "",
            "",
            one.phase(),
            one.readiness(),
            one.labels(),
            0,
            Map.of(),
            0,
            one.controller(),
            one.workload(),
            one.createdAt(),
            one.containers()));
    Explanation explanation = same(7, "/app/web", "/docker/" + ID);
    assertEquals(new Unmatched(Unmatched.Reason.POD_AMBIGUOUS), explanation.resolution());
    assertEquals(new PodMatch.Ambiguous(2), explanation.pod().orElseThrow().match());
  }

  @Test
  void aChangeOfTheRulesCounts() throws IOException {
    process(7, "/usr/sbin/nginx", "/system.slice/web.service");
    assertInstanceOf(Target.class, explainer.process(7).orElseThrow().resolution());
    resolver.use(new TargetRules(settings(false, PodSettings.ALL), said::add));
    assertInstanceOf(Excluded.class, explainer.process(7).orElseThrow().resolution());
  }

  @Test
  void whatDoesNotRunIsNotFound() {
    assertTrue(explainer.process(7).isEmpty());
    assertTrue(explainer.process(0).isEmpty());
    assertTrue(explainer.process(-1).isEmpty());
    assertTrue(explainer.pod("shop", "web-0").isEmpty());
  }

  @Test
  void aPodWithItsContainersAndProcesses() throws IOException {
    pods.put(pod(Map.of(), ID));
    process(7, "/app/web", IN_POD);
    process(8, "/app/web", IN_POD + "/worker");
    process(9, "/pause", "/kubepods/besteffort/pod" + UID + "/" + OTHER_ID);
    process(10, "/app/other", "/docker/" + OTHER_ID);
    PodReport report = explainer.pod("shop", "web-0").orElseThrow();
    assertFalse(report.namespaceKnown());
    assertEquals(2, report.containers().size());
    assertEquals("main", report.containers().get(0).container().name());
    assertEquals(List.of(7, 8), pids(report.containers().get(0).processes()));
    assertEquals(List.of(), report.containers().get(1).processes());
    assertEquals(List.of(9), pids(report.others()));
    assertEquals(0, report.leftOut());
    assertEquals(0, pods.stats().contradictions());
    assertTrue(explainer.pod("shop", "web-1").isEmpty());
    assertTrue(explainer.pod("bank", "web-0").isEmpty());

    for (int pid = 100; pid < 150; pid++) {
      process(pid, "/app/web", IN_POD);
    }
    report = explainer.pod("shop", "web-0").orElseThrow();
    assertEquals(32, report.containers().get(0).processes().size() + report.others().size());
    assertEquals(21, report.leftOut());
  }

  private static List<Integer> pids(List<Explanation> explanations) {
    return explanations.stream().map(explanation -> explanation.process().pid()).toList();
  }

  @Test
  void hostileProcFilesAreNoFault() throws IOException {
    pods.put(pod(Map.of(), ID));
    process(7, "/app/web", IN_POD);
    Random random = new Random(4);
    Path directory = procRoot.resolve("7");
    for (int round = 0; round < 400; round++) {
      String name = random.nextBoolean() ? "stat" : "cgroup";
      byte[] good = Files.readAllBytes(directory.resolve(name));
      byte[] bad = good.clone();
      for (int i = 0; i < 3 && bad.length > 0; i++) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      Files.write(directory.resolve(name), bad);
      Optional<Explanation> explanation = explainer.process(7);
      explanation.ifPresent(found -> assertEquals(7, found.process().pid()));
      assertEquals(2, explainer.pod("shop", "web-0").orElseThrow().containers().size());
      Files.write(directory.resolve(name), good);
    }
    assertTrue(explainer.process(7).isPresent());
  }
}
