package io.nodeflame.collector.truth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.bpf.KernelTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Node with {@code --perf-basic-prof}: JavaScript functions have the names that V8 writes to its
 * perf-map, on the host and in a container's namespaces. Other versions than the one on the path
 * are named by the system property {@code nodeflame.test.node}.
 *
 * <p>{@code --max-inlined-bytecode-size=0} keeps V8 from inlining, since a perf-map says nothing of
 * inlined functions. {@code --interpreted-frames-native-stack} gives functions that were not
 * compiled yet code of their own, and so a name.
 *
 * <p>Some 3000 samples each: a share of 99.5 % has a standard deviation of 0.13 points.
 */
@KernelTest
class NodeTruthTest {
  private static final int FREQUENCY_HZ = 499;
  private static final int CPU_SECONDS = 6;
  private static final String SERVICE = "node-truth";

  @TempDir Path directory;

  static List<String> nodes() {
    return Workloads.toolchains("node", "nodeflame.test.node");
  }

  @ParameterizedTest
  @MethodSource("nodes")
  void javaScriptFunctionsHaveNames(String node) throws Exception {
    Command.require(node, "--version");
    String version = Command.run(directory, node, "--version").strip();
    Path accounted = new Workloads(directory).c("accounted.c", "accounted");
    try (ProfiledRun run = ProfiledRun.start(FREQUENCY_HZ, directory)) {
      List<String> command = command(copy(node), Workloads.source("chain.js").toString());
      long cpu = Accounted.start(accounted, CPU_SECONDS, command).awaitCpuNanos();
      DeliveredProfiles delivered = run.finish();
      check(version, delivered.ofService(SERVICE), cpu);
    }
  }

  /** Another pid, another /tmp, another user: the perf-map is none of the host's. */
  @Test
  void namesInOtherNamespaces() throws Exception {
    Command.require("node", "--version");
    Command.require("unshare", "--pid", "--mount", "--fork", "--mount-proc", "true");
    Command.require("setpriv", "--version");
    new Workloads(directory).c("accounted.c", "accounted");
    copy("node");
    Files.copy(Workloads.source("chain.js"), directory.resolve("chain.js"));
    String inside =
        "mount -t tmpfs -o mode=1777 tmpfs /tmp"
            + " && cp accounted chain.js "
            + SERVICE
            + " /tmp && cd /tmp && exec setpriv --reuid 65534 --regid 65534 --clear-groups"
            + " ./accounted \"$@\"";
    List<String> command =
        new ArrayList<>(List.of("unshare", "--pid", "--mount", "--fork", "--mount-proc"));
    command.addAll(List.of("sh", "-c", inside, "sh", Integer.toString(CPU_SECONDS)));
    command.addAll(command("./" + SERVICE, "chain.js"));
    try (ProfiledRun run = ProfiledRun.start(FREQUENCY_HZ, directory)) {
      long cpu = Accounted.start(directory, command).awaitCpuNanos();
      DeliveredProfiles delivered = run.finish();
      check("in namespaces", delivered.ofService(SERVICE), cpu);
    }
  }

  /** Under a name that nobody else on the machine runs. */
  private String copy(String node) throws Exception {
    String path = Command.run(directory, node, "-p", "process.execPath").strip();
    return Files.copy(Path.of(path), directory.resolve(SERVICE)).toString();
  }

  private static List<String> command(String node, String script) {
    return List.of(
        node,
        "--perf-basic-prof",
        "--interpreted-frames-native-stack",
        "--max-inlined-bytecode-size=0",
        script);
  }

  private static void check(String what, ServiceStacks stacks, long cpuNanos) {
    double ratio = (double) stacks.nanos() / cpuNanos;
    double complete = stacks.share(SampledStack::isComplete);
    ServiceStacks script = stacks.only(NodeTruthTest::isInScript);
    double chained = script.share(NodeTruthTest::hasCallers);
    Evidence.print(
        "node %s: %d samples, cpu ratio %.3f, complete %.2f %%; callers %.2f %% of %d in leaf or"
            + " work",
        what, stacks.samples(), ratio, 100 * complete, 100 * chained, script.samples());
    assertEquals(1, ratio, 0.03, what);
    assertTrue(complete >= 0.995, stacks.describe(stack -> !stack.isComplete()));
    assertTrue(script.samples() > 0.5 * stacks.samples(), stacks.describe(stack -> true));
    assertTrue(chained >= 0.995, script.describe(stack -> !hasCallers(stack)));
  }

  /** V8's names: a tier's mark, the function, and where it is in the source. */
  private static boolean isIn(String frame, String function) {
    return frame.contains(function + " ") && frame.contains("chain.js");
  }

  private static boolean isInScript(SampledStack stack) {
    return stack.frames().stream().anyMatch(f -> isIn(f, "leaf") || isIn(f, "work"));
  }

  private static boolean hasCallers(SampledStack stack) {
    List<String> frames = stack.frames();
    int work = -1;
    for (int i = 1; i < frames.size(); i++) {
      if (isIn(frames.get(i), "work") && isIn(frames.get(i - 1), "tick")) {
        work = i;
      }
    }
    boolean hasLeaf = frames.stream().anyMatch(f -> isIn(f, "leaf"));
    return work > 0 && (!hasLeaf || isIn(frames.get(work + 1), "leaf"));
  }
}
