package io.nodeflame.discovery.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.discovery.AnnotationSettings;
import io.nodeflame.discovery.CgroupFrequencies;
import io.nodeflame.discovery.DiscoverySettings;
import io.nodeflame.discovery.PodSettings;
import io.nodeflame.discovery.ProcessFacts;
import io.nodeflame.discovery.Target;
import io.nodeflame.discovery.cgroup.CgroupHierarchy;
import io.nodeflame.discovery.cgroup.CgroupTree;
import io.nodeflame.discovery.pod.LabelSelector;
import io.nodeflame.discovery.pod.NamespaceIndex;
import io.nodeflame.discovery.pod.PodBuilder;
import io.nodeflame.discovery.pod.PodContainer;
import io.nodeflame.discovery.pod.PodIndex;
import io.nodeflame.discovery.pod.PodIndexLimits;
import io.nodeflame.discovery.pod.SharedStrings;
import io.nodeflame.discovery.relabel.Relabeling;
import io.nodeflame.discovery.target.PodTargets;
import io.nodeflame.discovery.target.TargetRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the resolver asks the sampler for, as pods and rules come, change and go. */
class WantedFrequenciesTest {
  private static final String UID = "c14fd02f-1809-41e9-bd1a-8e99b3e88632";
  private static final String ID = "ab".repeat(32);
  private static final String POD = "/kubepods/besteffort/pod" + UID;
  private static final String CONTAINER = POD + "/" + ID;
  private static final String OTHER = "/system.slice/web.service";
  private static final String ASKS = "nodeflame.io/frequency";
  private static final long TICK = 10_000_000;

  /** Remembers what was asked for last. */
  private static final class Sampler implements CgroupFrequencies {
    private Map<Long, Integer> asked = Map.of();
    private int times;

    @Override
    public void ask(Map<Long, Integer> hertzByCgroup) {
      asked = Map.copyOf(hertzByCgroup);
      times++;
    }

    @Override
    public int hertz(long cgroupId) {
      return asked.getOrDefault(cgroupId, 19);
    }

    @Override
    public String limit() {
      return "";
    }
  }

  @TempDir Path cgroups;
  @TempDir Path procRoot;
  private final Sampler sampler = new Sampler();
  private final List<String> problems = new ArrayList<>();
  private final PodIndex pods = new PodIndex(PodIndexLimits.DEFAULT, this::now, warning -> {});
  private FakeProc proc;
  private long now = 5_000_000_000L;
  private PodTargets targets;
  private HostTargetResolver resolver;

  private long now() {
    return now;
  }

  @BeforeEach
  void setUp() {
    proc = new FakeProc(procRoot);
    CgroupHierarchy hierarchy = new CgroupHierarchy(2, "", cgroups, "/");
    TargetRules rules = rules("nodeflame.io", Set.of());
    NamespaceIndex namespaces = new NamespaceIndex(NamespaceIndex.DEFAULT_MAX_BYTES);
    targets = new PodTargets(pods, namespaces, rules, Duration.ofMinutes(1), this::now);
    resolver =
        new HostTargetResolver(
            rules,
            targets,
            procRoot,
            new CgroupTree(hierarchy, CgroupTree.Limits.DEFAULT, this::now),
            5000,
            this::now,
            sampler);
  }

  private TargetRules rules(String prefix, Set<String> excluded) {
    return new TargetRules(
        new DiscoverySettings(
            "n1",
            true,
            Map.of(),
            new PodSettings(
                Set.of(),
                excluded,
                LabelSelector.EVERYTHING,
                new AnnotationSettings(prefix, 1000),
                List.of()),
            Relabeling.NONE),
        problems::add);
  }

  private void pod(String... annotations) {
    PodBuilder builder =
        new PodBuilder(new SharedStrings(16), key -> true)
            .identity(UID, "shop", "web-0")
            .phase("Running")
            .node("n1");
    for (int i = 0; i < annotations.length; i += 2) {
      builder.annotation(annotations[i], annotations[i + 1]);
    }
    pods.put(
        builder
            .container(PodContainer.Kind.APP, "main", "web:1")
            .status("main", "containerd://" + ID, "")
            .build()
            .orElseThrow());
  }

  /** A sample of a process; returns the id of its cgroup. */
  private long sample(int pid, String path) throws IOException {
    Path directory = Files.createDirectories(cgroups.resolve(path.substring(1)));
    long id = ((Number) Files.getAttribute(directory, "unix:ino")).longValue();
    proc.process(pid, pid + 40, "/app/web", "0::" + path + "\n");
    sample(pid, id);
    return id;
  }

  private void sample(int pid, long cgroupId) {
    resolver.resolve(new ProcessFacts(pid, (pid + 40) * TICK + 1234, cgroupId, "main", "/app/web"));
  }

  @Test
  void theFirstSampleOfACgroupAsksAndOnlyThat() throws IOException {
    pod(ASKS, "99");
    sample(8, OTHER);
    assertEquals(0, sampler.times);
    long id = sample(7, CONTAINER);
    assertEquals(Map.of(id, 99), sampler.asked);
    sample(7, CONTAINER);
    sample(9, CONTAINER);
    assertEquals(1, sampler.times);
    long below = sample(10, CONTAINER + "/worker");
    assertEquals(Map.of(id, 99, below, 99), sampler.asked, "what a container makes below its own");
  }

  @Test
  void anAnnotationComesChangesAndGoes() throws IOException {
    pod();
    long id = sample(7, CONTAINER);
    assertEquals(0, sampler.times);
    pod(ASKS, "99");
    sample(7, CONTAINER);
    assertEquals(Map.of(id, 99), sampler.asked);
    pod(ASKS, "199");
    sample(8, OTHER); // another process's sample is enough
    assertEquals(Map.of(id, 199), sampler.asked);
    pod(ASKS, "no");
    sample(8, OTHER);
    assertEquals(Map.of(), sampler.asked);
    sample(7, CONTAINER);
    assertEquals(
        List.of("pod shop/web-0: nodeflame.io/frequency is no whole number from 1 to 1000"),
        problems);
    assertEquals(3, sampler.times);
  }

  @Test
  void otherRulesTakeItBack() throws IOException {
    pod(ASKS, "99");
    long id = sample(7, CONTAINER);
    resolver.use(rules("", Set.of()));
    sample(8, OTHER);
    assertEquals(Map.of(), sampler.asked, "annotations do not count");
    resolver.use(rules("nodeflame.io", Set.of()));
    sample(7, CONTAINER);
    assertEquals(Map.of(id, 99), sampler.asked);
    resolver.use(rules("nodeflame.io", Set.of("shop")));
    sample(8, OTHER);
    assertEquals(Map.of(), sampler.asked, "the namespace is excluded");
    sample(7, CONTAINER);
    assertEquals(Map.of(), sampler.asked);
    resolver.use(rules("nodeflame.io", Set.of()));
    pod(ASKS, "99", "nodeflame.io/profile", "false");
    sample(7, CONTAINER);
    assertEquals(Map.of(), sampler.asked, "the pod does not want to be profiled");
  }

  @Test
  void aPodThatIsGoneIsForgotten() throws IOException {
    pod(ASKS, "99");
    long id = sample(7, CONTAINER);
    pods.delete(UID);
    sample(8, OTHER);
    assertEquals(Map.of(id, 99), sampler.asked, "its last samples still come");
    now += Duration.ofHours(1).toNanos();
    sample(8, OTHER);
    assertEquals(Map.of(), sampler.asked);
  }

  @Test
  void aContainerThatHasEndedMakesRoom() throws IOException {
    pod(ASKS, "99");
    sample(7, CONTAINER);
    sample(8, OTHER);
    Files.delete(cgroups.resolve(CONTAINER.substring(1)));
    sample(8, OTHER);
    assertEquals(1, sampler.times, "no event tells of it");
    now += Duration.ofSeconds(11).toNanos();
    sample(8, OTHER);
    assertEquals(Map.of(), sampler.asked);
  }

  @Test
  void aPodThatIsNotKnownYetAsksOnceItIs() throws IOException {
    long id = sample(7, CONTAINER);
    assertEquals(0, sampler.times);
    pod(ASKS, "99");
    now += Duration.ofSeconds(2).toNanos();
    sample(7, CONTAINER);
    assertEquals(Map.of(id, 99), sampler.asked);
  }

  @Test
  void aCgroupThatOthersShareIsNotRaised() throws IOException {
    pod(ASKS, "99");
    // The hierarchy of the ids does not tell the container, another one does.
    Path root = cgroups;
    long id = ((Number) Files.getAttribute(root, "unix:ino")).longValue();
    proc.process(7, 47, "/app/web", "1:name=systemd:" + CONTAINER + "\n0::/\n");
    assertInstanceOf(
        Target.class,
        resolver.resolve(new ProcessFacts(7, 47 * TICK + 1234, id, "main", "/app/web")));
    assertEquals(0, sampler.times);
  }

  @Test
  void cgroupsAreBoundedAndThatIsSaid() throws IOException {
    pod(ASKS, "99");
    for (int i = 0; i < WantedFrequencies.MAX_CGROUPS + 5; i++) {
      sample(100 + i, CONTAINER + "/g" + i);
    }
    assertEquals(WantedFrequencies.MAX_CGROUPS, sampler.asked.size());
    assertEquals(5, problems.size());
    assertTrue(
        problems.get(0).startsWith("1024 cgroups are sampled more often already"),
        problems::toString);
    Files.delete(cgroups.resolve(CONTAINER.substring(1)).resolve("g0"));
    now += Duration.ofSeconds(11).toNanos();
    long late = sample(99, CONTAINER + "/late");
    assertEquals(WantedFrequencies.MAX_CGROUPS, sampler.asked.size());
    assertEquals(99, sampler.asked.get(late));
  }

  @Test
  void theExplanationSaysWhatIsAskedForAndGiven() throws IOException {
    pod(ASKS, "99");
    Explainer explainer =
        new Explainer(
            resolver::rules,
            targets,
            procRoot,
            new CgroupHierarchy(2, "", cgroups, "/"),
            sampler,
            PublishedNames.UNKNOWN);
    Files.createDirectories(cgroups.resolve(CONTAINER.substring(1)));
    proc.process(7, 47, "/app/web", "0::" + CONTAINER + "\n");
    proc.process(8, 48, "/app/web", "0::" + OTHER + "\n");
    assertEquals(
        new Explanation.Frequency(19, 99, ""), explainer.process(7).orElseThrow().frequency());
    assertEquals(
        new Explanation.Frequency(19, 0, ""), explainer.process(8).orElseThrow().frequency());
    assertEquals(0, sampler.times, "explaining asks for nothing");
    sample(7, CONTAINER);
    assertEquals(
        new Explanation.Frequency(99, 99, ""), explainer.process(7).orElseThrow().frequency());
  }
}
