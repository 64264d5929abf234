package io.nodeflame.collector.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.bpf.SamplerCounters;
import io.nodeflame.collector.account.DropReason;
import io.nodeflame.collector.account.SampleLedger;
import io.nodeflame.collector.collection.ProfileDelivery;
import io.nodeflame.collector.delivery.EndpointQueue;
import io.nodeflame.collector.delivery.ProfilePush;
import io.nodeflame.collector.delivery.PushResult;
import io.nodeflame.collector.delivery.QueueSettings;
import io.nodeflame.collector.delivery.RetryPolicy;
import io.nodeflame.collector.delivery.ServerLimits;
import io.nodeflame.collector.pprof.PprofEncoder;
import io.nodeflame.collector.pprof.PprofLimits;
import io.nodeflame.collector.pprof.ProfileClock;
import io.nodeflame.collector.profile.EncodedProfile;
import io.nodeflame.collector.profile.ProfileFrame;
import io.nodeflame.collector.profile.ProfileType;
import io.nodeflame.collector.profile.SeriesLabels;
import io.nodeflame.collector.profile.StackProfile;
import io.nodeflame.collector.store.ProfileStore;
import io.nodeflame.collector.store.StoreConfig;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Readings while samples move through real queues and a real store as fast as they can: the queue
 * overflows, pushes fail, are refused and are split, and files are dropped for room.
 */
@Timeout(120)
class SampleAccountsTest {
  private static final int READINGS = 3000;
  private static final long PERIOD = 1000;

  @TempDir Path dir;

  private final AtomicLong submitted = new AtomicLong();
  private final AtomicLong outside = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private final AtomicLong thinned = new AtomicLong();
  private final SampleLedger ledger = new SampleLedger();
  private final ProfileClock clock = new ProfileClock();
  private final AtomicBoolean isOver = new AtomicBoolean();

  /** Delivers, fails, refuses and asks for a split, by chance. */
  private static final class CapriciousPush implements ProfilePush {
    private final Random random = new Random(7);

    @Override
    public PushResult push(EncodedProfile profile) {
      int chance;
      synchronized (random) {
        chance = random.nextInt(10);
      }
      PushResult.Outcome outcome =
          chance < 5
              ? PushResult.Outcome.DELIVERED
              : chance < 7
                  ? PushResult.Outcome.RETRY
                  : chance < 9 ? PushResult.Outcome.SPLIT : PushResult.Outcome.DROP;
      return new PushResult(
          outcome,
          io.nodeflame.collector.delivery.DropReason.PROFILE_SIZE_LIMIT,
          "by chance",
          Duration.ZERO);
    }

    @Override
    public boolean hasOverdue() {
      return false;
    }

    @Override
    public void abort(boolean all) {}
  }

  private EndpointQueue queue(String name, long maxBytes) {
    QueueSettings settings =
        new QueueSettings(
            maxBytes, Duration.ofMinutes(5), 2, 3, RetryPolicy.DEFAULT, ServerLimits.PYROSCOPE);
    return new EndpointQueue(name, new CapriciousPush(), settings, clock, InstantSource.system());
  }

  private SamplerCounters kernel() {
    // As the kernel's: taken = submitted + outside + thinned + lost, of one moment.
    synchronized (submitted) {
      return new SamplerCounters(
          submitted.get() + outside.get() + thinned.get() + lost.get(),
          submitted.get(),
          0,
          outside.get(),
          thinned.get(),
          lost.get(),
          0);
    }
  }

  /** Samples as the sampling and the collecting thread move them. */
  private void move(ProfileDelivery delivery) {
    Random random = new Random(1);
    List<ProfileFrame> frames =
        List.of(
            new ProfileFrame("native", "/a", "", List.of(new ProfileFrame.Line("f", "", 0))),
            new ProfileFrame("native", "/a", "", List.of(new ProfileFrame.Line("g", "", 0))));
    while (!isOver.get()) {
      int count = 1 + random.nextInt(50);
      synchronized (submitted) {
        submitted.addAndGet(2L * count + 1);
        outside.addAndGet(random.nextInt(4));
        lost.addAndGet(random.nextInt(3));
        thinned.addAndGet(random.nextInt(20));
      }
      ledger.drained(2L * count + 1);
      ledger.dropped(DropReason.UNMATCHED, 1);
      delivery.accept(
          new StackProfile(
              ProfileType.CPU,
              SeriesLabels.of(Map.of(SeriesLabels.SERVICE_NAME, "s" + random.nextInt(5))),
              Instant.now(),
              Duration.ofMillis(1),
              PERIOD,
              frames,
              new int[] {0, 1},
              new int[] {0, 1, 2},
              new long[] {count, count},
              new long[] {count * PERIOD, count * PERIOD}));
    }
  }

  private static void assertAddsUp(SampleAccounts accounts) {
    assertTrue(accounts.waitingInRing() >= 0, accounts::toString);
    assertTrue(accounts.balance().waiting() >= 0, accounts::toString);
    for (SinkAccounts sink : accounts.sinks()) {
      assertTrue(sink.waiting().samples() >= 0, accounts::toString);
      assertTrue(sink.delivered().samples() >= 0, accounts::toString);
      assertEquals(
          accounts.kernel().taken(),
          accounts.kernel().outside()
              + accounts.kernel().thinned()
              + accounts.lostInKernel()
              + accounts.waitingInRing()
              + accounts.balance().waiting()
              + accounts.balance().droppedTotal()
              + sink.delivered().samples()
              + sink.waiting().samples()
              + sink.droppedTotal(),
          accounts::toString);
    }
  }

  @Test
  void everyReadingAddsUpForEverySink() throws Exception {
    StoreConfig config = new StoreConfig(dir, Duration.ofHours(1), 1 << 20);
    SampleAccounts last;
    EndpointQueue small = queue("small", 20_000);
    EndpointQueue large = queue("large", 4 << 20);
    try (ProfileStore store = ProfileStore.open(config, Clock.systemUTC());
        PprofEncoder encoder = new PprofEncoder(PprofLimits.PYROSCOPE, clock)) {
      List<Supplier<SinkAccounts>> sinks =
          List.of(
              () -> SinkAccounts.of(small),
              () -> SinkAccounts.of(large),
              () -> SinkAccounts.of(store));
      ProfileDelivery delivery = new ProfileDelivery(encoder, ledger, List.of(small, large, store));
      Thread moving = new Thread(() -> move(delivery));
      moving.start();
      for (int i = 0; i < READINGS || !isVaried(store, small); i++) {
        assertAddsUp(SampleAccounts.read(sinks, ledger, this::kernel));
      }
      isOver.set(true);
      moving.join();
      small.close();
      large.close();
      store.flush();
      last = SampleAccounts.read(sinks, ledger, this::kernel);
    }
    assertAddsUp(last);
    assertEquals(0, last.waitingInRing());
    assertEquals(0, last.balance().waiting());
    for (SinkAccounts sink : last.sinks()) {
      assertEquals(0, sink.waiting().samples(), sink::toString);
    }
  }

  /** Whether the queue has overflown and the store has let profiles go. */
  private static boolean isVaried(ProfileStore store, EndpointQueue small) {
    return store.accounts().droppedSamples().get(io.nodeflame.collector.store.DropReason.SIZE) > 0
        && SinkAccounts.of(small).droppedSamples().getOrDefault("queue_full", 0L) > 0;
  }
}
