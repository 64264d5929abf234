package io.nodeflame.collector.truth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.bpf.KernelTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A C program with frame pointers that spends known shares of its CPU time in known callers, in
 * every form in which such a program meets a profiler.
 *
 * <p>The program divides its time by its own CPU clock, in pieces of 60, 30 and 10 ms. At 499 Hz a
 * piece is counted wrong by at most one sample, at random: over 30 rounds of 100 ms the standard
 * deviation of a share is below 0.3 points. The number of samples is exact but for the time that
 * others take on the same CPU: with a share f of the CPU it has a standard deviation of at most
 * sqrt(n (1 - f)), 0.6 % for n = 1500 and f = 0.95.
 */
@KernelTest
class NativeTruthTest {
  private static final int FREQUENCY_HZ = 499;
  private static final String CPU_MILLIS = "3000";

  @TempDir Path directory;

  @Test
  void everyKindOfExecutable() throws Exception {
    Workloads workloads = new Workloads(directory);
    Map<String, List<String>> commands = new TreeMap<>();
    commands.put("plain", List.of(workloads.c("shares.c", "plain", "-g").toString()));
    commands.put("fixed", List.of(workloads.c("shares.c", "fixed", "-no-pie").toString()));
    commands.put("static", List.of(workloads.c("shares.c", "static", "-static-pie").toString()));
    commands.put("linked", List.of(withDebugLink(workloads).toString()));
    commands.put("deleted", List.of(workloads.c("shares.c", "deleted").toString()));
    commands.put("unoptimized", List.of(workloads.c("shares.c", "unoptimized", "-O0").toString()));

    Map<String, Long> cpu = new TreeMap<>();
    Path accounted = workloads.c("accounted.c", "accounted");
    try (ProfiledRun run = ProfiledRun.start(FREQUENCY_HZ, directory)) {
      List<String> names = new ArrayList<>(commands.keySet());
      for (int i = 0; i < names.size(); i += 2) {
        Map<String, Accounted> pair = new TreeMap<>();
        for (String name : names.subList(i, i + 2)) {
          List<String> command = new ArrayList<>(commands.get(name));
          command.add(CPU_MILLIS);
          pair.put(name, Accounted.start(accounted, 60, command));
        }
        if (pair.containsKey("deleted")) {
          Files.delete(directory.resolve("deleted"));
        }
        for (var program : pair.entrySet()) {
          cpu.put(program.getKey(), program.getValue().awaitCpuNanos());
        }
      }
      DeliveredProfiles delivered = run.finish();
      for (String name : names) {
        check(delivered.ofService(name), cpu.get(name), "main", "work");
      }
    }
  }

  @Test
  void threads() throws Exception {
    Workloads workloads = new Workloads(directory);
    String program = workloads.c("shares.c", "threads").toString();
    Path accounted = workloads.c("accounted.c", "accounted");
    try (ProfiledRun run = ProfiledRun.start(FREQUENCY_HZ, directory)) {
      long cpu = Accounted.start(accounted, 60, List.of(program, CPU_MILLIS, "2")).awaitCpuNanos();
      DeliveredProfiles delivered = run.finish();
      check(delivered.ofService("threads"), cpu, "work");
    }
  }

  /** Stripped; its symbols are in a file that .gnu_debuglink names. */
  private Path withDebugLink(Workloads workloads) throws Exception {
    Path program = workloads.c("shares.c", "linked", "-Wl,--build-id=none");
    Command.require("objcopy", "--version");
    Path debugFile = workloads.directory(".debug").resolve("linked.debug");
    Command.run(
        directory, "objcopy", "--only-keep-debug", program.toString(), debugFile.toString());
    Command.run(directory, "objcopy", "--strip-all", program.toString());
    Command.run(directory, "objcopy", "--add-gnu-debuglink=" + debugFile, program.toString());
    return program;
  }

  private static void check(ServiceStacks stacks, long cpuNanos, String... callers) {
    double ratio = (double) stacks.nanos() / cpuNanos;
    double complete = stacks.share(SampledStack::isComplete);
    double known = stacks.share(stack -> isKnown(stack, callers));
    double sixty = 100 * stacks.share(stack -> stack.has("sixty"));
    double thirty = 100 * stacks.share(stack -> stack.has("thirty"));
    double ten = 100 * stacks.share(stack -> stack.has("ten"));
    Evidence.print(
        "C %s: %d samples, cpu ratio %.3f, complete %.2f %%, callers %.2f %%,"
            + " shares %.1f/%.1f/%.1f",
        stacks.name(), stacks.samples(), ratio, 100 * complete, 100 * known, sixty, thirty, ten);
    assertEquals(1, ratio, 0.03, "samples x period per CPU time of " + stacks.name());
    assertTrue(complete >= 0.995, stacks.describe(stack -> !stack.isComplete()));
    assertTrue(known >= 0.995, stacks.describe(stack -> !isKnown(stack, callers)));
    assertEquals(60, sixty, 2, stacks.name());
    assertEquals(30, thirty, 2, stacks.name());
    assertEquals(10, ten, 2, stacks.name());
  }

  private static boolean isKnown(SampledStack stack, String... callers) {
    for (String share : List.of("sixty", "thirty", "ten")) {
      List<String> chain = new ArrayList<>(List.of(callers));
      chain.addAll(List.of(share, "spin"));
      if (stack.hasChain(chain)) {
        return !stack.has("leaf") || stack.hasChain(List.of("spin", "small", "leaf"));
      }
    }
    return false;
  }
}
