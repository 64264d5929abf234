package io.nodeflame.collector.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.bpf.KernelTest;
import io.nodeflame.collector.delivery.FakePyroscope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program on a node that is a container itself: in a pid namespace, with processes beside it,
 * in a namespace below it, and outside.
 */
@KernelTest
@Timeout(240)
class NestedNodeKernelTest {
  private static final int HZ = 199;
  private static final long PERIOD = 1_000_000_000L / HZ;
  private static final long ENOUGH = 50 * PERIOD;

  @TempDir Path dir;
  private final List<Process> outside = new ArrayList<>();

  @BeforeEach
  void buildPrograms() throws Exception {
    String spin =
        """
        static volatile unsigned long sum;
        __attribute__((noinline)) void %s(void) {
          for (int i = 0; i < 1000000; i++)
            sum += %d;
        }
        int main(void) {
          for (;;)
            %s();
        }
        """;
    int number = 1; // the same code would have the same build ID, and with it the same symbols
    for (String name : List.of("inside", "nested", "outside")) {
      String function = name + "_work";
      gcc(
          name,
          Files.writeString(
              dir.resolve(name + ".c"), spin.formatted(function, number++, function)));
    }
    gcc("node-brief", Path.of("src/test/workloads/brief.c"));
    gcc("spawner", Path.of("src/test/workloads/spawner.c"));
  }

  private void gcc(String program, Path source) throws Exception {
    Process process;
    try {
      process =
          new ProcessBuilder(
                  "gcc",
                  "-O1",
                  "-fno-omit-frame-pointer",
                  "-o",
                  dir.resolve(program).toString(),
                  source.toString())
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      if (Boolean.getBoolean("nodeflame.kernel.required")) {
        throw e;
      }
      Assumptions.abort("skipped: " + e.getMessage());
      return;
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
  }

  @AfterEach
  void end() {
    outside.forEach(Process::destroyForcibly);
  }

  private Path config(FakePyroscope server) throws IOException {
    return Files.writeString(
        dir.resolve("n.yaml"),
        """
        sampling: {frequencyHz: %d, window: 1s}
        symbols: {cacheDir: %s}
        pyroscope: [{name: main, url: '%s'}]
        server: {listen: '127.0.0.1:0'}
        """
            .formatted(HZ, dir.resolve("cache"), server.url()));
  }

  /** Makes the node; what stands behind is its first process, ahead of the others. */
  private List<String> node() {
    String script =
        "cd %s; ./inside & unshare --pid --fork --mount-proc ./nested &"
            + " ./spawner 10 1000000 ./node-brief 20 & exec nice -n -10 \"$@\"";
    return List.of(
        "unshare",
        "--pid",
        "--fork",
        "--kill-child",
        "--mount-proc",
        "sh",
        "-c",
        script.formatted(dir),
        "sh");
  }

  private static long nanos(Map<String, Long> stacks, String frames) {
    return stacks.entrySet().stream()
        .filter(stack -> stack.getKey().contains(frames))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  private static long allNanos(Map<String, Long> stacks) {
    return nanos(stacks, "");
  }

  @Test
  void whatRunsInTheNodeIsNamedAndTheRestIsCounted() throws Exception {
    outside.add(new ProcessBuilder(dir.resolve("outside").toString()).start());
    try (FakePyroscope server = FakePyroscope.start();
        Program.Running daemon =
            new Program(dir)
                .start(node(), Map.of(), "run", "--config", config(server).toString())) {
      daemon.url();
      for (String function : List.of("inside_work", "nested_work", "brief_work")) {
        Program.await(
            () -> nanos(server.collapsed(Map.of()), "main;" + function) > ENOUGH,
            "stacks of " + function);
      }
      for (int i = 0; i < 20; i++) {
        daemon.scrape().assertAddsUp(Set.of("main"));
      }
      long outsideSamples =
          daemon.scrape().sum("nodeflame_samples_dropped_total", "reason=\"outside\"");
      assertTrue(outsideSamples > 20, () -> outsideSamples + " outside");

      Program.Result result = stop(daemon);
      assertEquals(0, result.exitCode(), result::toString);
      Map<String, Long> all = server.collapsed(Map.of());
      assertEquals(0, nanos(all, "outside_work"), all::toString);
      assertNamed(server.collapsed(Map.of("service_name", "inside")), "inside_work", 0.97);
      assertNamed(server.collapsed(Map.of("service_name", "nested")), "nested_work", 0.97);
      // The rest of so short a life is exec, the dynamic linker and exit, and some are gone before
      // they are read: of some 100 samples. ShortProcessTruthTest counts more.
      assertNamed(server.collapsed(Map.of("service_name", "node-brief")), "brief_work", 0.8);
      assertSummary(result, allNanos(all) / PERIOD);
    }
  }

  private static void assertNamed(Map<String, Long> stacks, String function, double atLeast) {
    double share = (double) nanos(stacks, "main;" + function) / allNanos(stacks);
    assertTrue(share >= atLeast, () -> function + ": " + share + " of " + stacks);
  }

  /** Its first process, which is not the one that made the namespaces, is to end. */
  private static Program.Result stop(Program.Running daemon) throws Exception {
    ProcessHandle first = daemon.process.children().findFirst().orElseThrow();
    Process kill = new ProcessBuilder("kill", "-TERM", String.valueOf(first.pid())).start();
    assertEquals(0, kill.waitFor());
    return daemon.await();
  }

  private static void assertSummary(Program.Result result, long stored) {
    Matcher samples =
        Pattern.compile(
                "Samples taken (\\d+), idle (\\d+), outside (\\d+), thinned (\\d+), lost (\\d+),"
                    + " dropped (\\d+)\\.\\s+main: delivered (\\d+), dropped (\\d+)")
            .matcher(result.out());
    assertTrue(samples.find(), result::toString);
    long left = Long.parseLong(samples.group(1));
    for (int kind = 2; kind <= samples.groupCount(); kind++) {
      left -= Long.parseLong(samples.group(kind));
    }
    assertEquals(0, left, result::toString);
    assertTrue(Long.parseLong(samples.group(3)) > 0, result::toString);
    assertEquals(stored, Long.parseLong(samples.group(7)), result::toString);
  }
}
