package io.nodeflame.collector.web;

import io.nodeflame.discovery.AnnotationSettings;
import io.nodeflame.discovery.CgroupFrequencies;
import io.nodeflame.discovery.DiscoverySettings;
import io.nodeflame.discovery.PodSettings;
import io.nodeflame.discovery.cgroup.CgroupHierarchy;
import io.nodeflame.discovery.host.Explainer;
import io.nodeflame.discovery.host.PublishedNames;
import io.nodeflame.discovery.pod.LabelSelector;
import io.nodeflame.discovery.pod.NamespaceIndex;
import io.nodeflame.discovery.pod.PodBuilder;
import io.nodeflame.discovery.pod.PodContainer;
import io.nodeflame.discovery.pod.PodIndex;
import io.nodeflame.discovery.pod.PodIndexLimits;
import io.nodeflame.discovery.pod.SharedStrings;
import io.nodeflame.discovery.relabel.RelabelAction;
import io.nodeflame.discovery.relabel.RelabelRule;
import io.nodeflame.discovery.relabel.Relabeling;
import io.nodeflame.discovery.target.PodTargets;
import io.nodeflame.discovery.target.TargetRules;
import io.nodeflame.symbolizer.CodeReport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A daemon's server on a node with one pod, which asks for 99 samples: pid 7 runs in its container,
 * pid 8 in its sandbox, pid 9 in a unit. There is no store.
 */
public final class ExplainedNode implements AutoCloseable {
  public static final String UID = "c14fd02f-1809-41e9-bd1a-8e99b3e88632";
  public static final String ID = "ab".repeat(32);

  /** Where 50 is the most. */
  private static final CgroupFrequencies FREQUENCIES =
      new CgroupFrequencies() {
        @Override
        public void ask(Map<Long, Integer> hertzByCgroup) {}

        @Override
        public int hertz(long cgroupId) {
          return cgroupId == 0 ? 19 : 50;
        }

        @Override
        public String limit() {
          return "kernel.perf_event_max_sample_rate is 50";
        }
      };

  private final WebServer server;

  /**
   * Starts it.
   *
   * @param directory an empty one, for {@code /proc}
   */
  public ExplainedNode(Path directory, String token) throws IOException {
    String pod = "0::/kubepods/besteffort/pod" + UID + "/";
    process(directory, 7, "/app/web", pod + ID + "\n");
    process(directory, 8, "/pause", pod + "cd".repeat(32) + "\n");
    process(directory, 9, "/usr/sbin/nginx", "0::/system.slice/proxy.service\n");
    PodIndex pods = new PodIndex(PodIndexLimits.DEFAULT, () -> 5, warning -> {});
    pods.put(
        new PodBuilder(new SharedStrings(16), key -> true)
            .identity(UID, "shop", "web-0")
            .phase("Running")
            .node("n1")
            .controller("apps/v1", "StatefulSet", "web")
            .annotation("example.org/motto", "a\u001b[31mb")
            .annotation("nodeflame.io/frequency", "99")
            .container(PodContainer.Kind.APP, "main", "web:1")
            .container(PodContainer.Kind.SIDECAR, "proxy", "proxy:1")
            .status("main", "containerd://" + ID, "")
            .build()
            .orElseThrow());
    RelabelRule rename =
        new RelabelRule(List.of("pod"), ";", "(.*)-0", 0, "shard", "$1", RelabelAction.REPLACE);
    RelabelRule drop =
        new RelabelRule(List.of("service_name"), ";", "proxy", 0, "", "$1", RelabelAction.DROP);
    TargetRules rules =
        new TargetRules(
            new DiscoverySettings(
                "n1",
                true,
                Map.of(),
                new PodSettings(
                    Set.of(),
                    Set.of(),
                    LabelSelector.EVERYTHING,
                    new AnnotationSettings("nodeflame.io", 1000),
                    List.of()),
                Relabeling.of(List.of(rename, drop))),
            problem -> {});
    PodTargets targets =
        new PodTargets(
            pods,
            new NamespaceIndex(NamespaceIndex.DEFAULT_MAX_BYTES),
            rules,
            PodTargets.DEFAULT_PATIENCE,
            () -> 5);
    server =
        WebServer.start(
            new WebConfig(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Set.of(), token),
            new WebSources(
                () -> "",
                () -> "",
                () -> new Readiness(true, ""),
                Optional.empty(),
                new Explainer(
                    () -> rules,
                    targets,
                    directory,
                    new CgroupHierarchy(2, "", directory.resolve("cgroup"), "/"),
                    FREQUENCIES,
                    PublishedNames.UNKNOWN),
                ExplainedNode::code,
                new WebSources.About(
                    "n1",
                    Duration.ofSeconds(15),
                    Duration.ofHours(1),
                    Instant.EPOCH,
                    Clock.systemUTC())));
  }

  /** Of process 7 alone, when it is the one that started then. */
  private static Optional<CodeReport> code(int pid, long startTicks) {
    return pid == 7 && startTicks == 700
        ? Optional.of(
            new CodeReport(
                "HotSpot 17",
                "by its tables",
                List.of("its memory", "files"),
                List.of("a perf-map of \u001b[31mno use")))
        : Optional.empty();
  }

  private static void process(Path proc, int pid, String executable, String cgroup)
      throws IOException {
    Path directory = Files.createDirectories(proc.resolve(Integer.toString(pid)));
    Files.writeString(
        directory.resolve("stat"),
        pid + " (main) S 1 1 1 0 -1 4194304 5 0 3 0 1 2 0 0 20 0 1 0 " + 100 * pid + " 2 1 1\n");
    Files.writeString(directory.resolve("cgroup"), cgroup);
    Files.createSymbolicLink(directory.resolve("exe"), Path.of(executable));
  }

  public String url() {
    return "http://127.0.0.1:" + server.port();
  }

  @Override
  public void close() {
    server.close();
  }
}
