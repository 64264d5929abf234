package io.nodeflame.collector.truth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.bpf.KernelTest;
import io.nodeflame.bpf.SamplerCounters;
import io.nodeflame.collector.account.SampleLedger;
import io.nodeflame.collector.profile.EncodedProfile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every sample is somewhere, at every moment, while processes come and go. */
@KernelTest
class AccountsTruthTest {
  private static final int FREQUENCY_HZ = 499;
  private static final Pattern GO_SAMPLE =
      Pattern.compile("^ *(\\d+): [0-9 ]+$", Pattern.MULTILINE);

  @TempDir Path directory;

  @Test
  void everySampleIsAccountedFor() throws Exception {
    Command.require("go", "version");
    Workloads workloads = new Workloads(directory);
    String brief = workloads.c("brief.c", "brief").toString();
    String spawner = workloads.c("spawner.c", "spawner").toString();
    Path accounted = workloads.c("accounted.c", "accounted");
    int looks = 0;
    try (ProfiledRun run = ProfiledRun.start(FREQUENCY_HZ, directory)) {
      Accounted storm = Accounted.start(accounted, 60, List.of(spawner, "100", "400", brief, "5"));
      while (storm.isAlive()) {
        look(run);
        looks++;
        Thread.sleep(7);
      }
      assertTrue(looks > 50, "looks: " + looks);
      DeliveredProfiles delivered = run.finish();

      SampleLedger.Balance balance = run.ledger().balance();
      Evidence.print("accounts: %d looks, at last %s, %s", looks, run.counters(), balance);
      assertEquals(0, balance.waiting(), "nothing waits after the end");
      assertEquals(balance.handedOver(), delivered.samples());
      long nanos = delivered.nanosByService().values().stream().mapToLong(Long::longValue).sum();
      assertEquals(balance.handedOver() * (1_000_000_000L / FREQUENCY_HZ), nanos);
      assertEquals(nanos, goNanos(delivered.all()), "as google/pprof reads them");
    }
  }

  /** Samples move from the ring to the ledger to the profiles: the last is asked first. */
  private static void look(ProfiledRun run) {
    long delivered = run.delivered().samples();
    SampleLedger.Balance balance = run.ledger().balance();
    SamplerCounters counters = run.counters();
    assertEquals(
        counters.taken(),
        counters.submitted()
            + counters.idle()
            + counters.outside()
            + counters.thinned()
            + counters.lostRing()
            + counters.lostScratch());
    assertEquals(
        balance.drained(), balance.waiting() + balance.droppedTotal() + balance.handedOver());
    assertTrue(balance.waiting() >= 0, balance.toString());
    assertTrue(delivered <= balance.handedOver(), "nothing is delivered that was not handed over");
    assertTrue(
        balance.drained() <= counters.submitted(),
        "nothing is drained that the kernel did not submit");
  }

  /** Sum of all values, read by {@code go tool pprof}. */
  private long goNanos(List<EncodedProfile> profiles) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("go", "tool", "pprof", "-raw", "-symbolize=none"));
    for (int i = 0; i < profiles.size(); i++) {
      Path file = directory.resolve(i + ".pb.gz");
      Files.write(file, profiles.get(i).gzippedPprof());
      command.add(file.toString());
    }
    String raw = Command.run(directory, command.toArray(String[]::new));
    assertTrue(raw.contains("PeriodType: cpu nanoseconds"), raw);
    long sum = 0;
    Matcher sample = GO_SAMPLE.matcher(raw);
    while (sample.find()) {
      sum += Long.parseLong(sample.group(1));
    }
    return sum;
  }
}
