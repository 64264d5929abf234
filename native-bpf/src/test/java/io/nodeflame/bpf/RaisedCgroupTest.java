package io.nodeflame.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two equal programs in two cgroups, of which one is sampled more often for a while. */
@KernelTest
@Timeout(600)
class RaisedCgroupTest {
  private static final int BASE_HZ = 19;
  private static final int RAISED_HZ = 99;
  private static final long BASE_NANOS = SamplerSettings.periodNanos(BASE_HZ);
  private static final long RAISED_NANOS = SamplerSettings.periodNanos(RAISED_HZ);

  private final List<Path> groups = new ArrayList<>();
  private final List<Process> programs = new ArrayList<>();

  /** Samples by process. */
  private static final class Sums implements RecordConsumer {
    private final Map<Integer, Map<Long, Integer>> countByWeight = new HashMap<>();
    private final Map<Integer, Long> cgroups = new HashMap<>();

    @Override
    public void sample(SampleView sample) {
      countByWeight
          .computeIfAbsent(sample.pid(), pid -> new HashMap<>())
          .merge(sample.valueNanos(), 1, Integer::sum);
      cgroups.put(sample.pid(), sample.cgroupId());
    }

    @Override
    public void image(ImageView image) {}

    @Override
    public void exec(ImageView image) {}

    @Override
    public void exit(ExitView exit) {}

    int samples(Process process) {
      return weights(process).values().stream().mapToInt(Integer::intValue).sum();
    }

    long nanos(Process process) {
      long sum = 0;
      for (Map.Entry<Long, Integer> entry : weights(process).entrySet()) {
        sum += entry.getKey() * entry.getValue();
      }
      return sum;
    }

    Map<Long, Integer> weights(Process process) {
      return countByWeight.getOrDefault((int) process.pid(), Map.of());
    }
  }

  @AfterEach
  void end() throws Exception {
    for (Process program : programs) {
      program.destroyForcibly().waitFor();
    }
    for (Path group : groups) {
      Files.delete(group);
    }
  }

  /** A cgroup of version 2, wherever that is mounted. */
  private Path group(String name) throws IOException {
    String mount =
        Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
            .filter(line -> line.contains(" - cgroup2 "))
            .map(line -> line.split(" ", -1)[4])
            .findFirst()
            .orElseThrow(() -> new IOException("no cgroup2 is mounted"));
    Path group = Path.of(mount, "nodeflame-" + name + "-" + ProcessHandle.current().pid());
    groups.add(Files.createDirectory(group));
    return group;
  }

  private Process spin(Path group) throws IOException {
    Process process =
        new ProcessBuilder(
                "nice",
                "-n",
                "-10",
                "sh",
                "-c",
                "echo $$ > " + group.resolve("cgroup.procs") + "; while :; do :; done")
            .start();
    programs.add(process);
    return process;
  }

  private static long id(Path group) throws IOException {
    return ((Number) Files.getAttribute(group, "unix:ino")).longValue();
  }

  private static SamplerCounters assertAddsUp(PerfEventSampler sampler) {
    SamplerCounters counters = sampler.counters();
    assertEquals(
        counters.taken(),
        counters.submitted()
            + counters.idle()
            + counters.outside()
            + counters.thinned()
            + counters.lostRing()
            + counters.lostScratch());
    return counters;
  }

  private interface Condition {
    boolean isTrue();
  }

  private static void drainUntil(PerfEventSampler sampler, Sums sums, Condition condition) {
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (!condition.isTrue()) {
      sampler.await(Duration.ofMillis(50));
      sampler.drain(sums);
      assertAddsUp(sampler);
      assertTrue(System.nanoTime() < deadline, "it never came: " + sampler.rates());
    }
  }

  private static Duration cpu(Process process) {
    return process.info().totalCpuDuration().orElseThrow();
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  @Test
  void oneCgroupHasMoreSamplesAndEverybodysTimeIsTrue() throws Exception {
    Path raisedGroup;
    Path otherGroup;
    try {
      raisedGroup = group("raised");
      otherGroup = group("other");
    } catch (IOException e) {
      if (Boolean.getBoolean("nodeflame.kernel.required")) {
        throw e;
      }
      Assumptions.abort("no cgroup can be made: " + e);
      return;
    }
    SamplerSettings settings =
        new SamplerSettings(SamplingEvent.CPU_CLOCK, BASE_HZ, 128, true, CgroupController.UNIFIED);
    try (PerfEventSampler sampler = PerfEventSampler.start(settings)) {
      Process raised = spin(raisedGroup);
      Process other = spin(otherGroup);

      Sums before = new Sums();
      drainUntil(sampler, before, () -> before.samples(raised) > 10 && before.samples(other) > 10);
      assertEquals(0, sampler.counters().thinned(), "nobody asks for more");
      assertEquals(Set.of(BASE_NANOS), before.weights(raised).keySet());
      assertEquals(id(raisedGroup), before.cgroups.get((int) raised.pid()));

      sampler.raise(Map.of(id(raisedGroup), RAISED_HZ));
      assertEquals(RAISED_HZ, sampler.rates().firingHz(), sampler.rates()::toString);
      assertEquals(RAISED_HZ, sampler.rates().hertz(id(raisedGroup)));
      sampler.drain(before);
      Duration raisedStart = cpu(raised);
      Duration otherStart = cpu(other);
      Sums during = new Sums();
      drainUntil(
          sampler,
          during,
          () ->
              seconds(cpu(raised).minus(raisedStart)) > 10
                  && seconds(cpu(other).minus(otherStart)) > 10);
      Duration raisedTime = cpu(raised).minus(raisedStart);
      Duration otherTime = cpu(other).minus(otherStart);
      assertEquals(Set.of(RAISED_NANOS), during.weights(raised).keySet());
      assertEquals(Set.of(BASE_NANOS), during.weights(other).keySet());
      assertEquals(
          1, during.samples(raised) / (seconds(raisedTime) * RAISED_HZ), 0.1, during::toString);
      assertEquals(
          1, during.samples(other) / (seconds(otherTime) * BASE_HZ), 0.3, during::toString);
      SamplerCounters counters = assertAddsUp(sampler);
      assertTrue(counters.thinned() > 3L * during.samples(other), counters::toString);

      sampler.raise(Map.of());
      assertEquals(BASE_HZ, sampler.rates().hertz(id(raisedGroup)));
      Sums after = new Sums();
      drainUntil(sampler, after, () -> sampler.rates().firingHz() == BASE_HZ);
      long thinned = sampler.counters().thinned();
      Sums quiet = new Sums();
      drainUntil(sampler, quiet, () -> quiet.samples(raised) > 10 && quiet.samples(other) > 10);
      assertEquals(thinned, assertAddsUp(sampler).thinned(), "all is as before");
      assertEquals(Set.of(BASE_NANOS), quiet.weights(raised).keySet());

      Duration raisedAll = cpu(raised);
      Duration otherAll = cpu(other);
      sampler.drain(quiet);
      long raisedNanos = 0;
      long otherNanos = 0;
      for (Sums sums : List.of(before, during, after, quiet)) {
        raisedNanos += sums.nanos(raised);
        otherNanos += sums.nanos(other);
      }
      System.out.printf(
          "raised: %d samples in %.2f s at %d Hz, other: %d in %.2f s at %d Hz; all the time"
              + " %.2f s of %.2f s and %.2f s of %.2f s%n",
          during.samples(raised),
          seconds(raisedTime),
          RAISED_HZ,
          during.samples(other),
          seconds(otherTime),
          BASE_HZ,
          raisedNanos / 1e9,
          seconds(raisedAll),
          otherNanos / 1e9,
          seconds(otherAll));
      assertEquals(1, raisedNanos / 1e9 / seconds(raisedAll), 0.1, "CPU time of the raised");
      assertEquals(1, otherNanos / 1e9 / seconds(otherAll), 0.25, "CPU time of the other");
    }
  }
}
