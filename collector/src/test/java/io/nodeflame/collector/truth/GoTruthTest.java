package io.nodeflame.collector.truth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.bpf.KernelTest;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A Go program with goroutines that call functions with and without a frame of their own, allocate,
 * and read files; with its symbols, and stripped. Other toolchains than the one on the path are
 * named by the system property {@code nodeflame.test.go}.
 *
 * <p>Some 3000 samples each: a share of 99.5 % has a standard deviation of 0.13 points.
 */
@KernelTest
class GoTruthTest {
  private static final int FREQUENCY_HZ = 499;
  private static final int SECONDS = 6;

  @TempDir Path directory;

  static List<String> toolchains() {
    return Workloads.toolchains("go", "nodeflame.test.go");
  }

  @ParameterizedTest
  @MethodSource("toolchains")
  void everyCallerIsThere(String toolchain) throws Exception {
    Command.require(toolchain, "version");
    String version = Command.run(directory, toolchain, "env", "GOVERSION").strip();
    Workloads workloads = new Workloads(directory);
    String plain = workloads.go(toolchain, "plain").toString();
    String stripped = workloads.go(toolchain, "stripped", "-ldflags=-s -w").toString();
    String accounted = workloads.c("accounted.c", "accounted").toString();
    try (ProfiledRun run = ProfiledRun.start(FREQUENCY_HZ, directory)) {
      Accounted first = Accounted.start(accounted, SECONDS, List.of(plain));
      Accounted second = Accounted.start(accounted, SECONDS, List.of(stripped));
      long plainNanos = first.awaitCpuNanos();
      long strippedNanos = second.awaitCpuNanos();
      DeliveredProfiles delivered = run.finish();
      assertEquals(0, run.lostSamples());
      check(version, delivered.ofService("plain"), plainNanos);
      check(version, delivered.ofService("stripped"), strippedNanos);
    }
  }

  private static void check(String version, ServiceStacks stacks, long cpuNanos) {
    double ratio = (double) stacks.nanos() / cpuNanos;
    double complete = stacks.share(SampledStack::isComplete);
    Evidence.print(
        "%s %s: %d samples, cpu ratio %.3f, complete %.2f %%",
        version, stacks.name(), stacks.samples(), ratio, 100 * complete);
    assertEquals(1, ratio, 0.03, stacks.name());
    assertTrue(complete >= 0.995, stacks.describe(stack -> !stack.isComplete()));

    Predicate<SampledStack> tiny =
        stack ->
            stack.hasChain("runtime.goexit", "main.computing", "main.callsTiny", "main.tiny")
                || stack.hasChain(
                    "runtime.goexit",
                    "main.computing",
                    "main.callsSmall",
                    "main.small",
                    "main.tiny");
    every(stacks, "tiny", stack -> stack.has("main.tiny"), tiny);
    every(
        stacks,
        "small",
        stack -> stack.has("main.small"),
        stack ->
            stack.hasChain("runtime.goexit", "main.computing", "main.callsSmall", "main.small"));
    every(
        stacks,
        "allocate",
        stack -> stack.has("main.allocate"),
        stack -> stack.hasChain("runtime.goexit", "main.allocating", "main.allocate"));
    every(
        stacks,
        "read",
        stack -> stack.has("os.(*File).Read"),
        stack -> stack.hasChain("runtime.goexit", "main.reading", "os.(*File).Read"));
    every(
        stacks,
        "system call",
        stack -> stack.hasKind("kernel") && stack.text().contains(".read"),
        stack -> stack.hasChain("runtime.goexit", "main.reading", "os.(*File).Read"));
    double named = stacks.share(stack -> stack.frames().stream().noneMatch(f -> f.contains("+0x")));
    Evidence.print("%s %s: all frames named %.2f %%", version, stacks.name(), 100 * named);
    assertTrue(named >= 0.995, stacks.describe(stack -> stack.text().contains("+0x")));
  }

  /** Of the samples that show a function, nearly all show its callers. */
  private static void every(
      ServiceStacks stacks,
      String what,
      Predicate<SampledStack> where,
      Predicate<SampledStack> expected) {
    ServiceStacks found = stacks.only(where);
    double share = found.share(expected);
    Evidence.print(
        "  %s %s: callers in %.2f %% of %d", stacks.name(), what, 100 * share, found.samples());
    assertTrue(found.samples() > 50, what + ": " + stacks.describe(stack -> true));
    assertTrue(share >= 0.995, what + ": " + found.describe(expected.negate()));
  }
}
