package io.nodeflame.collector.truth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.bpf.KernelTest;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Twenty processes a second that live for 50 ms of CPU time each: every one is new to the profiler
 * and nearly gone when its first samples arrive.
 *
 * <p>Some 5 samples of each of 200: the number has a standard deviation of at most 20 in 1000, and
 * in truth half of that, since a process is sampled at regular times.
 */
@KernelTest
class ShortProcessTruthTest {
  private static final int FREQUENCY_HZ = 99;
  private static final int PROCESSES = 200;

  @TempDir Path directory;

  @Test
  void shortProcessesAreNotMissed() throws Exception {
    Workloads workloads = new Workloads(directory);
    String brief = workloads.c("brief.c", "truth-brief").toString();
    String spawner = workloads.c("spawner.c", "truth-spawner").toString();
    Path accounted = workloads.c("accounted.c", "accounted");
    List<String> command = List.of(spawner, "20", Integer.toString(PROCESSES), brief, "50");
    try (ProfiledRun run = ProfiledRun.start(FREQUENCY_HZ, directory)) {
      long cpu = Accounted.start(accounted, 60, command).awaitCpuNanos();
      DeliveredProfiles delivered = run.finish();

      ServiceStacks stacks = delivered.ofService("truth-brief");
      ServiceStacks parent = delivered.ofService("truth-spawner");
      double there = (double) stacks.nanos() / cpu;
      double named = stacks.share(stack -> stack.hasChain(List.of("main", "brief_work")));
      double mistaken = (double) parent.nanos(stack -> stack.has("brief_work")) / cpu;
      Evidence.print(
          "%d processes of 50 ms: %d samples = %.2f %% of CPU time, named %.2f %%,"
              + " as their parent %.2f %%",
          PROCESSES, stacks.samples(), 100 * there, 100 * named, 100 * mistaken);
      assertTrue(there >= 0.97, "samples of short processes: " + delivered.nanosByService());
      assertTrue(there <= 1.1, "samples of short processes: " + there);
      // The rest of such a life is exec, the dynamic linker, clock_gettime and exit: 2 to 4 %.
      assertTrue(named >= 0.94, stacks.describe(stack -> !stack.has("brief_work")));
      assertEquals(0, mistaken, parent.describe(stack -> stack.has("brief_work")));
    }
  }
}
