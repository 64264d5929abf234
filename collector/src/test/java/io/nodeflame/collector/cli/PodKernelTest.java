package io.nodeflame.collector.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.bpf.KernelTest;
import io.nodeflame.collector.delivery.FakePyroscope;
import io.nodeflame.discovery.cgroup.CgroupHierarchy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program, a process in a cgroup as kubelet makes it, and an API server that knows its pod. */
@KernelTest
@Timeout(180)
class PodKernelTest {

  @TempDir Path dir;
  private final List<Path> made = new ArrayList<>();
  private final List<Process> load = new ArrayList<>();
  private OnePodCluster cluster;
  private Program program;
  private String config;

  @BeforeEach
  void start() throws Exception {
    cluster = new OnePodCluster(dir);
    program = new Program(dir);
    config =
        Files.writeString(
                dir.resolve("n.yaml"),
                """
                sampling: {frequencyHz: 99, window: 1s}
                symbols: {cacheDir: %s}
                server: {listen: '127.0.0.1:0'}
                targets: {namespaces: {exclude: [shop]}}
                """
                    .formatted(dir.resolve("cache")))
            .toString();
  }

  @AfterEach
  void end() throws Exception {
    cluster.close();
    for (Process process : load) {
      process.destroyForcibly().waitFor();
    }
    for (int i = made.size() - 1; i >= 0; i--) {
      Files.delete(made.get(i));
    }
  }

  /** A busy process in the container's cgroup; returns its pid. */
  private long burnInContainer() throws Exception {
    CgroupHierarchy hierarchy =
        CgroupHierarchy.detect(Files.readString(Path.of("/proc/self/mountinfo"))).orElseThrow();
    Path group = hierarchy.mountPoint();
    try {
      for (String part :
          new String[] { // Not where a real kubelet of this machine would clean up.
            "nodeflame-test", "kubepods", "besteffort", "pod" + OnePodCluster.UID, OnePodCluster.ID
          }) {
        group = group.resolve(part);
        if (!Files.exists(group)) {
          made.add(Files.createDirectory(group));
        }
      }
    } catch (IOException e) {
      if (Boolean.getBoolean("nodeflame.kernel.required")) {
        throw e;
      }
      Assumptions.abort("no cgroup can be made: " + e);
    }
    Process process = new ProcessBuilder("sh", "-c", "while :; do :; done").start();
    load.add(process);
    Files.writeString(group.resolve("cgroup.procs"), process.pid() + "\n");
    return process.pid();
  }

  private Program.Result run(String... args) throws Exception {
    return program.start(List.of(), cluster.environment(), args).await();
  }

  @Test
  void onePodIsRecordedAlsoWhereItIsExcluded() throws Exception {
    burnInContainer();
    load.add(new ProcessBuilder("dd", "if=/dev/zero", "of=/dev/null", "bs=1").start());
    Path output = dir.resolve("pod.folded");
    Program.Result result =
        run(
            "record",
            "--config",
            config,
            "--pod",
            "shop/web-0",
            "--duration",
            "4s",
            "-o",
            output.toString());
    assertEquals(0, result.exitCode(), result::toString);
    String stacks = Files.readString(output);
    assertFalse(stacks.contains("[target]"), stacks);
    long nanos = 0;
    for (String line : stacks.lines().toList()) {
      nanos += Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
    }
    assertTrue(nanos > 500_000_000L, result + stacks);
    assertFalse(stacks.contains("read_zero"), "of dd: " + stacks);

    Path ofContainer = dir.resolve("container.folded");
    Program.Result container =
        run(
            "record",
            "--container",
            OnePodCluster.ID.substring(0, 12),
            "--duration",
            "2s",
            "-o",
            ofContainer.toString());
    assertEquals(0, container.exitCode(), container::toString);
    assertFalse(Files.readString(ofContainer).contains("read_zero"), "of dd");

    Program.Result other =
        run(
            "record",
            "--config",
            config,
            "--pod",
            "shop/web-1",
            "--duration",
            "6s",
            "-o",
            output.toString());
    other.assertFailed(
        1,
        "nothing to record so far: the API server has told of no pod shop/web-1 on this node",
        "pod shop/web-1 does not run on this node");
    program
        .run("record", "--pod", "shop/web-0", "-o", output.toString())
        .assertFailed(2, "--pod needs a cluster", "NODE_NAME");
  }

  @Test
  void theDaemonExplainsPodAndProcess() throws Exception {
    String pid = String.valueOf(burnInContainer());
    try (Program.Running daemon =
        program.start(List.of(), cluster.environment(), "run", "--config", config)) {
      String url = daemon.url().toString();
      long end = System.nanoTime() + Program.PATIENCE.toNanos();
      Program.Result pod = program.run("explain", "shop/web-0", "--url", url);
      while (pod.exitCode() != 0) {
        assertTrue(System.nanoTime() < end, pod::toString);
        pod = program.run("explain", "shop/web-0", "--url", url);
      }
      assertTrue(pod.out().startsWith("pod        shop/web-0, Running, uid "), pod::toString);
      assertTrue(pod.out().contains("\nprocess    " + pid + ", executable "), pod::toString);
      Program.Result process = program.run("explain", pid, "--url", url);
      assertEquals(0, process.exitCode(), process::toString);
      assertTrue(
          process.out().endsWith("result     excluded: targets.namespaces.exclude has shop\n"),
          process::toString);
      program.run("explain", "4194305", "--url", url).assertFailed(1, "there is no process");
      daemon.stop("TERM");
    }
  }

  private static double metric(Program.Running daemon, String name) throws Exception {
    return daemon
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
        .sum();
  }

  /** Each scrape meanwhile adds up. */
  private static void awaitMetric(Program.Running daemon, String name, double value)
      throws Exception {
    long end = System.nanoTime() + Program.PATIENCE.toNanos();
    while (metric(daemon, name) != value) {
      assertTrue(System.nanoTime() < end, () -> name + " never was " + value + daemon.err());
      daemon.scrape().assertAddsUp(Set.of("main"));
    }
  }

  private static long periods(FakePyroscope pyroscope, String service, int hertz) {
    return pyroscope.stored().stream()
        .filter(stored -> stored.labels().get("service_name").equals(service))
        .filter(stored -> stored.profile().period() == 1_000_000_000L / hertz)
        .count();
  }

  @Test
  void aPodIsSampledMoreOftenWhileItsAnnotationSaysSo() throws Exception {
    long pid = burnInContainer();
    load.add(new ProcessBuilder("sh", "-c", "while :; do :; done").start());
    try (FakePyroscope pyroscope = FakePyroscope.start()) {
      Files.writeString(
          Path.of(config),
          """
          sampling: {frequencyHz: 19, window: 1s}
          symbols: {cacheDir: %s}
          pyroscope: [{name: main, url: '%s', timeout: 2s}]
          server: {listen: '127.0.0.1:0'}
          """
              .formatted(dir.resolve("cache"), pyroscope.url()));
      try (Program.Running daemon =
          program.start(List.of(), cluster.environment(), "run", "--config", config)) {
        String url = daemon.url().toString();
        Program.await(() -> periods(pyroscope, "web", 19) > 0, "a profile of the pod");
        assertEquals(0, metric(daemon, "nodeflame_sampling_raised_cgroups"));

        cluster.annotate("\"nodeflame.io/frequency\": \"99\"");
        awaitMetric(daemon, "nodeflame_sampling_raised_cgroups", 1);
        awaitMetric(daemon, "nodeflame_sampling_frequency_hertz", 99);
        Program.Result told = program.run("explain", String.valueOf(pid), "--url", url);
        assertTrue(
            told.out().contains("\nfrequency  99 samples per second and CPU, as its pod asks\n"),
            told::toString);
        Program.await(() -> periods(pyroscope, "web", 99) > 2, "profiles with more samples");
        long others = periods(pyroscope, "dash", 19);
        Program.await(() -> periods(pyroscope, "dash", 19) > others, "one of another process");
        assertEquals(0, periods(pyroscope, "dash", 99));

        cluster.annotate("");
        awaitMetric(daemon, "nodeflame_sampling_raised_cgroups", 0);
        awaitMetric(daemon, "nodeflame_sampling_frequency_hertz", 19);
        long as19 = periods(pyroscope, "web", 19);
        Program.await(() -> periods(pyroscope, "web", 19) > as19, "a profile as before");
        assertTrue(
            daemon.scrape().sum("nodeflame_samples_dropped_total", "reason=\"thinned\"") > 0);
        assertEquals(0, daemon.stop("TERM").exitCode());
      }
    }
  }

  @Test
  void doctorAsksTheCluster() throws Exception {
    Program.Result doctor = run("doctor", "--config", config);
    for (String line :
        List.of(
            "ok       API server ",
            "ok       pods ",
            "ok       namespaces ",
            "Kubernetes v1.34.0",
            "those of node n1 may be listed and watched")) {
      assertTrue(doctor.out().contains(line), doctor::toString);
    }
    Map<String, String> lost = Map.of("NODE_NAME", "n1", "KUBECONFIG", dir + "/absent");
    Program.Result failed = program.start(List.of(), lost, "doctor", "--config", config).await();
    assertEquals(1, failed.exitCode());
    assertTrue(failed.out().contains("failed   API server "), failed::toString);
  }
}
