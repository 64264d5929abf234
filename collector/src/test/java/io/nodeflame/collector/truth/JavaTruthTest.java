package io.nodeflame.collector.truth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.bpf.KernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Java with no flag: whole stacks and true names on each JDK that is here, from the first
 * instruction of the Java machine on.
 *
 * <p>A few seconds at 499 Hz each: some 2,000 samples, of which a share of 99.5 % has a standard
 * deviation of 0.16 points. On a quiet machine nearly all shares are above that; what is missing is
 * mostly native code without frame pointers, of the loader and the C library while a machine
 * starts. The bounds leave room for a machine that is busy: there one is known later.
 */
@KernelTest
class JavaTruthTest {
  private static final int FREQUENCY_HZ = 499;
  private static final int CPU_SECONDS = 4;
  private static final double MIN_SHARE = 0.97;

  /** All that keep to the load's own thread. */
  private static final List<String> ALL_LOADS =
      List.of(
          "streams",
          "regex",
          "recursion",
          "exceptions",
          "sort",
          "lambdas",
          "reflection",
          "concatenation",
          "deflate",
          "digest",
          "garbage",
          "decimals",
          "formatting",
          "serialization",
          "monitors",
          "copying",
          "database",
          "server",
          "compiler");

  /** Every second one, unless the system property asks for all of them. */
  private static final List<String> LOADS =
      Boolean.getBoolean("nodeflame.test.java.all")
          ? ALL_LOADS
          : ALL_LOADS.stream().filter(load -> ALL_LOADS.indexOf(load) % 2 == 0).toList();

  private static final String CARRIER = "java.util.concurrent.ForkJoinWorkerThread.run()";
  private static final String VIRTUAL = "java.lang.VirtualThread.run(Runnable)";
  private static final String PARKED = "[virtual thread: parked frames]";

  @TempDir Path directory;

  static List<Path> homes() throws IOException {
    return JavaLoad.homes();
  }

  static List<Path> homesWithVirtualThreads() throws IOException {
    return JavaLoad.homes().stream().filter(home -> JavaLoad.feature(home) >= 21).toList();
  }

  @ParameterizedTest
  @MethodSource("homes")
  void stacksAreWholeAndHaveTheMethodOfTheirLoad(Path home) throws Exception {
    JavaLoad java = new JavaLoad(directory, home);
    Evidence.print("%s", java.version());
    List<String> failures = new ArrayList<>();
    try (ProfiledRun run = ProfiledRun.start(FREQUENCY_HZ, directory)) {
      Map<String, Long> cpuNanos =
          JavaLoad.twoAtATime(
              LOADS, load -> java.run("truth-" + load, load, CPU_SECONDS, List.of()));
      DeliveredProfiles delivered = run.finish();
      for (String load : LOADS) {
        failures.addAll(
            JavaShares.of(load, delivered.ofService("truth-" + load))
                .failures(cpuNanos.get(load), MIN_SHARE, MIN_SHARE));
      }
    }
    assertEquals(List.of(), failures);
  }

  /** What of them is not on the stack is shown as a marker, and below it is the carrier. */
  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("homesWithVirtualThreads")
  void virtualThreadsReachTheBaseOfTheirCarrier(Path home) throws Exception {
    JavaLoad java = new JavaLoad(directory, home);
    try (ProfiledRun run = ProfiledRun.start(FREQUENCY_HZ, directory)) {
      java.run("truth-virtual", "virtual", 2 * CPU_SECONDS, List.of());
      ServiceStacks stacks =
          run.finish().ofService("truth-virtual").only(stack -> stack.has("JavaLoads.parked(int)"));
      double complete = stacks.share(SampledStack::isComplete);
      double carried = stacks.share(stack -> stack.has(CARRIER));
      double parked = stacks.share(stack -> stack.has(PARKED));
      double bounded = stacks.share(stack -> stack.has(PARKED) || stack.has(VIRTUAL));
      Evidence.print(
          "%s: %d samples in virtual threads, complete %.2f %%, carrier %.2f %%, parked frames"
              + " %.2f %%, with a visible boundary %.2f %%",
          java.version(),
          stacks.samples(),
          100 * complete,
          100 * carried,
          100 * parked,
          100 * bounded);
      assertTrue(stacks.samples() > 500, stacks.describe(stack -> true));
      assertTrue(complete >= MIN_SHARE, stacks.describe(stack -> !stack.isComplete()));
      assertTrue(carried >= MIN_SHARE, stacks.describe(stack -> !stack.has(CARRIER)));
      assertTrue(
          bounded >= MIN_SHARE,
          stacks.describe(stack -> !stack.has(PARKED) && !stack.has(VIRTUAL)));
    }
  }

  @ParameterizedTest
  @MethodSource("homes")
  void sharesAreThoseOfTheWork(Path home) throws Exception {
    JavaLoad java = new JavaLoad(directory, home);
    try (ProfiledRun run = ProfiledRun.start(FREQUENCY_HZ, directory)) {
      java.run("truth-shares", "shares", 2 * CPU_SECONDS, List.of());
      ServiceStacks stacks =
          run.finish().ofService("truth-shares").only(stack -> stack.has("JavaLoads.shares()"));
      double most = stacks.share(stack -> stack.has("JavaLoads.most(long)"));
      double some = stacks.share(stack -> stack.has("JavaLoads.some(long)"));
      double few = stacks.share(stack -> stack.has("JavaLoads.few(long)"));
      Evidence.print(
          "%s: shares %.1f, %.1f and %.1f %%", java.version(), 100 * most, 100 * some, 100 * few);
      assertEquals(0.6, most, 0.02, stacks.describe(stack -> true));
      assertEquals(0.3, some, 0.02, stacks.describe(stack -> true));
      assertEquals(0.1, few, 0.02, stacks.describe(stack -> true));
    }
  }

  @ParameterizedTest
  @MethodSource("homes")
  void inlinedCallersAreThereWithTheirLines(Path home) throws Exception {
    JavaLoad java = new JavaLoad(directory, home);
    List<String> source = Files.readAllLines(Workloads.source("JavaLoads.java"));
    try (ProfiledRun run = ProfiledRun.start(FREQUENCY_HZ, directory)) {
      java.run("truth-inlining", "inlining", CPU_SECONDS, List.of());
      ServiceStacks stacks =
          run.finish()
              .ofService("truth-inlining")
              .only(stack -> stack.has("JavaLoads.innermost(long)"));
      double chained =
          stacks.share(
              stack ->
                  stack.hasChain(
                      List.of(
                          "JavaLoads.inlining()",
                          "JavaLoads.outermost(long)",
                          "JavaLoads.middle(long)",
                          "JavaLoads.innermost(long)")));
      double optimized = stacks.share(stack -> stack.hasKind("java-c2"));
      double placed =
          stacks.share(
              stack ->
                  stack.hasAt("JavaLoads.inlining()", place(source, "inlining"))
                      && stack.hasAt("JavaLoads.outermost(long)", place(source, "outermost"))
                      && stack.hasAt("JavaLoads.middle(long)", place(source, "middle")));
      Evidence.print(
          "%s: %d samples in the innermost method, callers %.2f %%, by C2 %.1f %%, lines %.2f %%",
          java.version(), stacks.samples(), 100 * chained, 100 * optimized, 100 * placed);
      assertTrue(stacks.samples() > 500, stacks.describe(stack -> true));
      assertTrue(chained >= 0.995, stacks.describe(stack -> !stack.has("JavaLoads.inlining()")));
      assertTrue(optimized >= 0.9, stacks.describe(stack -> !stack.hasKind("java-c2")));
      assertTrue(placed >= 0.995, stacks.stacks().get(0).places().toString());
    }
  }

  /** Where the source says {@code line of METHOD}. */
  private static String place(List<String> source, String method) {
    for (int i = 0; i < source.size(); i++) {
      if (source.get(i).endsWith("// line of " + method)) {
        return "JavaLoads.java:" + (i + 1);
      }
    }
    throw new IllegalArgumentException(method);
  }
}
