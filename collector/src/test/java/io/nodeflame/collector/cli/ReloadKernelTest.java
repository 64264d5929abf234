package io.nodeflame.collector.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.bpf.KernelTest;
import io.nodeflame.collector.delivery.FakePyroscope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The file changes while the daemon runs: one target goes, the other loses no sample. */
@KernelTest
@Timeout(300)
class ReloadKernelTest {
  private static final int HZ = 99;
  private static final long PERIOD = 1_000_000_000L / HZ;
  private static final Set<String> SINKS = Set.of("main");

  @TempDir Path dir;
  private final List<Process> load = new ArrayList<>();

  @AfterEach
  void endLoad() {
    load.forEach(Process::destroyForcibly);
  }

  private void config(Path file, FakePyroscope pyroscope, String rules) throws Exception {
    Files.writeString(
        file,
        """
        sampling: {frequencyHz: %d, window: 1s}
        symbols: {cacheDir: %s}
        pyroscope: [{name: main, url: '%s', timeout: 2s}]
        server: {listen: '127.0.0.1:0'}
        targets:
          relabelConfigs:
            - {source_labels: [__meta_process_executable], regex: 'reload-.*', target_label: service_name, replacement: $0}
        """
                .formatted(HZ, dir.resolve("cache"), pyroscope.url())
            + rules);
  }

  private Process burn(String name) throws Exception {
    Path shell = dir.resolve(name);
    Files.copy(Path.of("/bin/sh").toRealPath(), shell, StandardCopyOption.COPY_ATTRIBUTES);
    Process process =
        new ProcessBuilder("nice", "-n", "-10", shell.toString(), "-c", "while :; do :; done")
            .start();
    load.add(process);
    return process;
  }

  /** Stops it, reads its CPU time in samples, and ends it. */
  private static double end(Process process) throws Exception {
    String pid = String.valueOf(process.pid());
    assertEquals(0, new ProcessBuilder("kill", "-STOP", pid).start().waitFor());
    Program.await(() -> fields(pid)[0].equals("T"), "the stop");
    String[] fields = fields(pid);
    process.destroyForcibly().waitFor();
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0 * HZ;
  }

  private static String[] fields(String pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<FakePyroscope.Stored> of(FakePyroscope pyroscope, String service) {
    return pyroscope.stored().stream()
        .filter(stored -> stored.labels().get("service_name").equals(service))
        .toList();
  }

  private static long samples(FakePyroscope pyroscope, String service) {
    long nanos = 0;
    for (FakePyroscope.Stored stored : of(pyroscope, service)) {
      nanos += stored.profile().total(0);
    }
    assertEquals(0, nanos % PERIOD);
    return nanos / PERIOD;
  }

  private static void awaitMore(FakePyroscope pyroscope, String service, int profiles)
      throws Exception {
    int before = of(pyroscope, service).size();
    Program.await(
        () -> of(pyroscope, service).size() >= before + profiles, "profiles of " + service);
  }

  private static long reloads(Program.Running daemon, String result) throws Exception {
    String series = "nodeflame_config_reloads_total{result=\"" + result + "\"} ";
    return daemon
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(series))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(series.length())))
        .sum();
  }

  private static void awaitReload(Program.Running daemon, String result, long count)
      throws Exception {
    long end = System.nanoTime() + Program.PATIENCE.toNanos();
    while (reloads(daemon, result) < count) {
      assertTrue(System.nanoTime() < end, result + " never: " + daemon.err());
      Thread.sleep(100);
      daemon.scrape().assertAddsUp(SINKS);
    }
  }

  @Test
  void oneTargetGoesAndTheOtherHasNoGap() throws Exception {
    Path one = Files.createDirectory(dir.resolve("one")).resolve("n.yaml");
    Path two = Files.createDirectory(dir.resolve("two")).resolve("n.yaml");
    Path file = Files.createSymbolicLink(dir.resolve("n.yaml"), Path.of("..data/n.yaml"));
    Path data = Files.createSymbolicLink(dir.resolve("..data"), Path.of("one"));
    try (FakePyroscope pyroscope = FakePyroscope.start()) {
      config(one, pyroscope, "");
      config(
          two,
          pyroscope,
          "    - {source_labels: [service_name], regex: reload-goes, action: drop}\n");
      try (Program.Running daemon = new Program(dir).start("run", "--config", file.toString())) {
        Program.await(() -> !pyroscope.stored().isEmpty(), "the first profile");
        Process goes = burn("reload-goes");
        Process stays = burn("reload-stays");
        awaitMore(pyroscope, "reload-goes", 3);
        awaitMore(pyroscope, "reload-stays", 1);

        Path next = Files.createSymbolicLink(dir.resolve("..tmp"), Path.of("two"));
        Files.move(next, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        awaitReload(daemon, "applied", 1);
        awaitMore(pyroscope, "reload-stays", 2); // the window of the change is delivered
        int gone = of(pyroscope, "reload-goes").size();
        assertTrue(goes.isAlive());

        Files.writeString(two, "sampling: {frequencyHz: 0}\n");
        daemon.signal("HUP");
        awaitReload(daemon, "refused", 1);
        assertTrue(daemon.err().contains("frequencyHz: '0' is not allowed"), daemon.err());
        awaitMore(pyroscope, "reload-stays", 4);
        assertEquals(gone, of(pyroscope, "reload-goes").size(), "it still arrives");
        Scrape scrape = daemon.scrape();
        scrape.assertAddsUp(SINKS);
        assertTrue(
            scrape.sum("nodeflame_samples_dropped_total", "reason=\"excluded\"") > HZ,
            scrape::toString);

        double expected = end(stays);
        Program.Result result = daemon.stop("TERM");
        assertEquals(0, result.exitCode(), result::toString);
        long delivered = samples(pyroscope, "reload-stays");
        assertTrue(
            delivered >= 0.97 * expected && delivered <= 1.03 * expected + 2,
            delivered + " samples of " + expected);
      }
    }
  }
}
