package io.nodeflame.collector.truth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.bpf.KernelTest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A Go program with goroutines that call functions with and without a frame of their own, allocate,
 * and read files; with its symbols, and stripped. Other toolchains than the one on the path are
 * named by the system property {@code nodeflame.test.go}.
 *
 * <p>Some 2500 samples each: a share of 99.5 % has a standard deviation of 0.14 points.
 */
@KernelTest
class GoTruthTest {
  private static final int FREQUENCY_HZ = 499;
  private static final int CPU_SECONDS = 5;

  /** The ways to each function. */
  private static final Map<String, List<List<String>>> CALLERS =
      Map.of(
          "main.tiny",
          List.of(
              List.of("main.computing", "main.callsTiny", "main.tiny"),
              List.of("main.computing", "main.callsSmall", "main.small", "main.tiny")),
          "main.small",
          List.of(List.of("main.computing", "main.callsSmall", "main.small")),
          "main.allocate",
          List.of(List.of("main.allocating", "main.allocate")),
          "syscall.read",
          List.of(List.of("main.reading", "os.(*File).Read")));

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
    Path accounted = workloads.c("accounted.c", "accounted");
    try (ProfiledRun run = ProfiledRun.start(FREQUENCY_HZ, directory)) {
      Accounted first = Accounted.start(accounted, CPU_SECONDS, List.of(plain));
      Accounted second = Accounted.start(accounted, CPU_SECONDS, List.of(stripped));
      long plainNanos = first.awaitCpuNanos();
      long strippedNanos = second.awaitCpuNanos();
      DeliveredProfiles delivered = run.finish();
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

    ServiceStacks known = stacks.only(stack -> CALLERS.keySet().stream().anyMatch(stack::has));
    double callers = known.share(GoTruthTest::hasCallers);
    Evidence.print("  %s: callers %.2f %% of %d", stacks.name(), 100 * callers, known.samples());
    for (String function : CALLERS.keySet()) {
      ServiceStacks of = known.only(stack -> stack.has(function));
      Evidence.print(
          "    %s: %.2f %% of %d", function, 100 * of.share(GoTruthTest::hasCallers), of.samples());
      assertTrue(of.samples() > 0, function);
    }
    assertTrue(callers >= 0.995, known.describe(stack -> !hasCallers(stack)));
    double based = stacks.share(GoTruthTest::hasOneBase);
    Evidence.print("  %s: one base %.2f %%", stacks.name(), 100 * based);
    assertTrue(based >= 0.995, stacks.describe(stack -> !hasOneBase(stack)));
    double named = stacks.share(stack -> stack.frames().stream().noneMatch(f -> f.contains("+0x")));
    Evidence.print("%s %s: all frames named %.2f %%", version, stacks.name(), 100 * named);
    assertTrue(named >= 0.995, stacks.describe(stack -> stack.text().contains("+0x")));
  }

  /**
   * A goroutine begins in {@code goexit}, a thread of the runtime in {@code mstart}; {@code mcall}
   * and {@code morestack} leave the goroutine's stack behind. A stack with two of them has run on
   * from one stack into another.
   */
  private static boolean hasOneBase(SampledStack stack) {
    List<String> frames = stack.frames();
    boolean isOther = List.of("runtime.mcall", "runtime.morestack").contains(frames.get(0));
    long bases = frames.stream().filter(GoTruthTest::isBase).count();
    return isOther ? bases == 0 : bases == 1 && isBase(frames.get(0));
  }

  private static boolean isBase(String function) {
    return function.equals("runtime.goexit")
        || function.equals("runtime.mstart")
        || function.contains("_rt0")
        || function.equals("runtime.rt0_go");
  }

  /** Whether every known function on the stack was called by those that call it. */
  private static boolean hasCallers(SampledStack stack) {
    for (var known : CALLERS.entrySet()) {
      if (stack.has(known.getKey()) && known.getValue().stream().noneMatch(stack::hasChain)) {
        return false;
      }
    }
    return stack.frames().get(0).equals("runtime.goexit");
  }
}
