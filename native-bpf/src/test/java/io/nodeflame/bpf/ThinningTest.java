package io.nodeflame.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The arithmetic of {@code thinning.h}, compiled for user space. */
class ThinningTest {
  private static final long SECOND = 1_000_000_000L;

  /** One CPU's carry; each line of input is the period of a firing and what its task wants. */
  private static final String PROGRAM =
      """
      #include <stdio.h>
      #include "thinning.h"

      int main(void)
      {
      	unsigned long long period, wanted;
      	__u64 carry = 0;

      	while (scanf("%llu %llu", &period, &wanted) == 2)
      		printf("%llu\\n", (unsigned long long)whole_samples(&carry, period, wanted));
      	return 0;
      }
      """;

  @TempDir static Path directory;
  private static Path program;

  private record Firing(long period, long wanted) {
    static Firing of(int firingHz, int wantedHz) {
      return new Firing(
          SamplerSettings.periodNanos(firingHz), SamplerSettings.periodNanos(wantedHz));
    }
  }

  @BeforeAll
  static void compile() throws Exception {
    Path source = Files.writeString(directory.resolve("thinning.c"), PROGRAM);
    program = directory.resolve("thinning");
    run(
        "",
        List.of(
            "gcc",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-fsanitize=undefined",
            "-fno-sanitize-recover",
            "-I",
            "src/main/bpf",
            "-o",
            program.toString(),
            source.toString()));
  }

  /** Samples that each firing is worth. */
  private static List<Integer> samples(List<Firing> firings) throws Exception {
    StringBuilder input = new StringBuilder();
    firings.forEach(f -> input.append(f.period()).append(' ').append(f.wanted()).append('\n'));
    return run(input.toString(), List.of(program.toString()))
        .lines()
        .map(Integer::valueOf)
        .toList();
  }

  private static String run(String input, List<String> command) throws Exception {
    Path in = Files.writeString(directory.resolve("in"), input);
    Process process =
        new ProcessBuilder(command).redirectInput(in.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output;
  }

  @Test
  void aTaskThatWantsEveryFiringGetsEveryFiring() throws Exception {
    for (int hertz : new int[] {1, 19, 99, 997, 1000}) {
      List<Firing> firings = new ArrayList<>();
      for (int i = 0; i < 10_000; i++) {
        firings.add(Firing.of(hertz, hertz));
      }
      assertEquals(List.of(1), samples(firings).stream().distinct().toList(), hertz + " Hz");
    }
  }

  @Test
  void samplesAreSpreadEvenly() throws Exception {
    for (int firingHz : new int[] {20, 99, 100, 499, 1000}) {
      List<Firing> firings = new ArrayList<>();
      for (int i = 0; i < 100 * firingHz; i++) {
        firings.add(Firing.of(firingHz, 19));
      }
      List<Integer> samples = samples(firings);
      long taken = 0;
      for (int i = 0; i < samples.size(); i++) {
        taken += samples.get(i);
        double exact = (i + 1) * 19.0 / firingHz;
        assertEquals(exact, (double) taken, 1.001, firingHz + " Hz, firing " + i);
      }
    }
  }

  @Test
  void thinningOfSomeDoesNotDependOnWhenOthersRun() throws Exception {
    // Two tasks take turns in step with the firings: a common count would give one all or nothing.
    List<Firing> firings = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      firings.add(i % 2 == 0 ? Firing.of(38, 38) : Firing.of(38, 19));
    }
    List<Integer> samples = samples(firings);
    long raised = 0;
    long others = 0;
    for (int i = 0; i < samples.size(); i++) {
      if (i % 2 == 0) {
        raised += samples.get(i);
      } else {
        others += samples.get(i);
      }
    }
    assertEquals(10_000, raised);
    assertTrue(Math.abs(others - 5_000) <= 1, "others: " + others);
  }

  @Test
  void weightsAddUpToTheTimeWhateverFiresWhenTheFrequencyChanges() throws Exception {
    Random random = new Random(5);
    int[] frequencies = {19, 49, 99, 250, 997};
    List<Firing> firings = new ArrayList<>();
    long time = 0;
    for (int change = 0; change < 200; change++) {
      int firingHz = frequencies[random.nextInt(frequencies.length)];
      for (int i = random.nextInt(50); i >= 0; i--) {
        // Also more than events fire: those of another CPU's new frequency are not open yet.
        firings.add(Firing.of(firingHz, frequencies[random.nextInt(frequencies.length)]));
        time += firings.get(firings.size() - 1).period();
      }
    }
    List<Integer> samples = samples(firings);
    long weight = 0;
    for (int i = 0; i < samples.size(); i++) {
      weight += samples.get(i) * firings.get(i).wanted();
    }
    assertEquals(1, (double) weight / time, 0.03);
  }

  @Test
  void theLongestAndShortestPeriodsFit() throws Exception {
    assertEquals(
        List.of(1000, 0, 0),
        samples(
            List.of(
                new Firing(SECOND, SECOND / 1000),
                new Firing(SECOND / 1000, SECOND),
                new Firing(1, SECOND))));
  }
}
