package io.nodeflame.collector.delivery;

import static io.nodeflame.collector.pprof.Profiles.frame;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.collector.delivery.DeliveryAccounts.Tally;
import io.nodeflame.collector.delivery.FakePyroscope.Answer;
import io.nodeflame.collector.pprof.PprofEncoder;
import io.nodeflame.collector.pprof.PprofLimits;
import io.nodeflame.collector.pprof.ProfileClock;
import io.nodeflame.collector.pprof.Profiles;
import io.nodeflame.collector.profile.EncodedProfile;
import io.nodeflame.collector.profile.ProfileType;
import io.nodeflame.collector.profile.SeriesLabels;
import io.nodeflame.collector.profile.StackProfile;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class EndpointQueueTest {
  private static final RetryPolicy QUICK =
      new RetryPolicy(Duration.ofMillis(1), Duration.ofMillis(5), 0.2);

  private final ProfileClock clock = new ProfileClock();

  @Test
  void theSumQueriedIsTheSumPushed() throws Exception {
    try (FakePyroscope server = FakePyroscope.start()) {
      EndpointQueue queue = queue(new PyroscopePush(endpoint(server), InstantSource.system()));
      Map<String, Long> expected = new TreeMap<>();
      long samples = 0;
      try (PprofEncoder encoder = new PprofEncoder(PprofLimits.PYROSCOPE, clock)) {
        for (int i = 0; i < 30; i++) {
          StackProfile stacks =
              Profiles.realistic(i, 40, 12)
                  .labels(Map.of("service_name", "shop", "pod", "shop-" + i))
                  .end(Instant.now())
                  .build();
          FakePyroscope.collapse(stacks).forEach((k, v) -> expected.merge(k, v, Long::sum));
          samples += stacks.totalSamples();
          encoder.encode(stacks).forEach(queue::accept);
        }
      }
      queue.close(Duration.ofSeconds(30));
      DeliveryAccounts accounts = queue.snapshot();
      assertEquals(30, accounts.delivered().profiles());
      assertEquals(samples, accounts.delivered().samples());
      assertTrue(accounts.addUp());
      assertEquals(expected, server.collapsed(Map.of("service_name", "shop")));
      assertTrue(server.mostAtOnce() > 1 && server.mostAtOnce() <= 16, "at once");
    }
  }

  @Test
  void aRetrySendsTheSameBytesAndTime() throws Exception {
    try (FakePyroscope server = FakePyroscope.start()) {
      AtomicInteger calls = new AtomicInteger();
      server.behave(
          exchange ->
              calls.incrementAndGet() <= 3 ? Answer.error(500, "unknown", "storage") : null);
      EndpointQueue queue = queue(new PyroscopePush(endpoint(server), InstantSource.system()));
      queue.accept(profile("shop", 5));
      await(() -> queue.snapshot().delivered().profiles() == 1);
      assertEquals(3, queue.snapshot().retries());
      assertEquals(4, queue.snapshot().attempts());
      List<byte[]> sent = new ArrayList<>();
      for (FakePyroscope.Request request : server.requests()) {
        var message = io.nodeflame.collector.proto.push.PushRequest.parseFrom(request.body());
        sent.add(message.getSeries(0).getSamples(0).getRawProfile().toByteArray());
      }
      assertArrayEquals(sent.get(0), sent.get(3));
      queue.close();
    }
  }

  @Test
  void anAnswerThatNeverCameMakesNoSecondProfile() throws Exception {
    try (FakePyroscope server = FakePyroscope.start()) {
      // The first request is stored, but its answer is lost.
      PyroscopePush real = new PyroscopePush(endpoint(server), InstantSource.system());
      AtomicInteger calls = new AtomicInteger();
      EndpointQueue queue =
          queue(
              new ToldPush(
                  p -> {
                    PushResult result = real.push(p);
                    return calls.incrementAndGet() == 1
                        ? PushResult.unavailable("connection reset")
                        : result;
                  }));
      queue.accept(profile("shop", 5));
      await(() -> queue.snapshot().delivered().profiles() == 1);
      assertEquals(1, server.stored().size());
      assertEquals(2, server.stored().get(0).copies());
      queue.close();
    }
  }

  @Test
  void afterAnOutageTheOldestGoFirst() throws Exception {
    List<String> order = Collections.synchronizedList(new ArrayList<>());
    AtomicInteger away = new AtomicInteger(20);
    EndpointQueue queue =
        queue(
            new ToldPush(
                p -> {
                  if (away.getAndDecrement() > 0) {
                    return PushResult.unavailable("away");
                  }
                  order.add(p.labels().serviceName());
                  return PushResult.DELIVERED;
                }),
            8 << 20,
            1);
    List<String> given = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      given.add("s" + i);
      queue.accept(profile("s" + i, 1));
    }
    await(() -> queue.snapshot().delivered().profiles() == 30);
    // The first success is the probe's; what waited behind it follows in order.
    List<String> rest = new ArrayList<>(order.subList(1, 30));
    List<String> sorted = new ArrayList<>(given);
    sorted.remove(order.get(0));
    assertEquals(sorted, rest);
    queue.close();
  }

  @Test
  void beyondItsBytesTheOldestAreDroppedAndCounted() throws Exception {
    CountDownLatch blocked = new CountDownLatch(1);
    EndpointQueue queue =
        queue(
            new ToldPush(
                p -> {
                  awaitQuietly(blocked);
                  return PushResult.DELIVERED;
                }),
            20_000,
            1);
    for (int i = 0; i < 100; i++) {
      queue.accept(raw("s" + i, new byte[1_000], 3));
    }
    DeliveryAccounts full = queue.snapshot();
    assertTrue(full.addUp(), full.toString());
    assertTrue(full.waiting().bytes() <= 20_000);
    Tally dropped = full.dropped().get(DropReason.QUEUE_FULL);
    assertEquals(100, dropped.profiles() + full.waiting().profiles());
    queue.accept(raw("huge", new byte[30_000], 7));
    Tally all = queue.snapshot().dropped().get(DropReason.QUEUE_FULL);
    assertEquals(3 * (all.profiles() - 1) + 7, all.samples());
    blocked.countDown();
    queue.close(Duration.ofSeconds(10));
    assertTrue(queue.snapshot().addUp());
    assertEquals(0, queue.snapshot().waiting().profiles());
  }

  @Test
  void whatIsTooOldIsDroppedAndNotSent() throws Exception {
    EndpointQueue queue = queue(new ToldPush(p -> PushResult.DELIVERED));
    queue.accept(at(Instant.now().minus(Duration.ofMinutes(56))));
    queue.accept(at(Instant.now().plus(Duration.ofMinutes(11))));
    queue.accept(at(Instant.now().minus(Duration.ofMinutes(50))));
    await(() -> queue.snapshot().waiting().profiles() == 0);
    DeliveryAccounts accounts = queue.snapshot();
    assertEquals(2, accounts.dropped().get(DropReason.NOT_IN_INGESTION_WINDOW).profiles());
    assertEquals(1, accounts.attempts());
    queue.close();
  }

  @Test
  void labelsThatTheServerWouldRefuseAreNotSent() {
    EndpointQueue queue = queue(new ToldPush(p -> PushResult.DELIVERED));
    Map<String, String> many = new HashMap<>();
    for (int i = 0; i < 29; i++) {
      many.put("label" + i, "x");
    }
    many.put("service_name", "shop"); // with __name__: 31
    queue.keepLabels(many.keySet());
    queue.accept(labelled(many));
    many.remove("label0"); // 30
    queue.accept(labelled(many));
    queue.accept(labelled(Map.of("service_name", "x".repeat(2_049))));
    queue.accept(labelled(Map.of("service_name", "\u00e9".repeat(1_025))));
    queue.accept(labelled(Map.of("service_name", "shop", "n".repeat(1_025), "x")));
    queue.accept(labelled(Map.of("service_name", "a\uD800")));
    queue.close(Duration.ofSeconds(10));
    DeliveryAccounts accounts = queue.snapshot();
    assertEquals(1, accounts.delivered().profiles());
    assertEquals(1, accounts.dropped().get(DropReason.MAX_LABEL_NAMES_PER_SERIES).profiles());
    assertEquals(2, accounts.dropped().get(DropReason.LABEL_VALUE_TOO_LONG).profiles());
    assertEquals(1, accounts.dropped().get(DropReason.LABEL_NAME_TOO_LONG).profiles());
    assertEquals(1, accounts.dropped().get(DropReason.INVALID_LABELS).profiles());
    assertTrue(accounts.addUp());
  }

  @Test
  void aProfileThatIsTooLargeForThisServerIsSplitUntilItPasses() throws Exception {
    Set<Instant> times = Collections.synchronizedSet(new java.util.HashSet<>());
    EndpointQueue queue =
        queue(
            new ToldPush(
                p -> {
                  if (p.uncompressedBytes() > 8_000) {
                    return PushResult.split(DropReason.PROFILE_SIZE_LIMIT, "too large");
                  }
                  times.add(p.time());
                  return PushResult.DELIVERED;
                }));
    StackProfile stacks = Profiles.realistic(2, 600, 20).end(Instant.now()).build();
    queue.accept(encode(stacks));
    await(() -> queue.snapshot().waiting().profiles() == 0);
    DeliveryAccounts accounts = queue.snapshot();
    assertTrue(accounts.addUp(), accounts.toString());
    assertEquals(stacks.totalSamples(), accounts.delivered().samples());
    assertTrue(accounts.delivered().profiles() > 2);
    assertEquals(accounts.delivered().profiles(), times.size());
    assertEquals(0, accounts.madeBySplitting().samples());
    queue.close();
  }

  @Test
  void aStackThatIsTooLargeAloneIsDropped() throws Exception {
    EndpointQueue queue =
        queue(new ToldPush(p -> PushResult.split(DropReason.PROFILE_SIZE_LIMIT, "no")));
    queue.accept(profile("shop", 4));
    await(() -> queue.snapshot().waiting().profiles() == 0);
    assertEquals(4, queue.snapshot().dropped().get(DropReason.PROFILE_SIZE_LIMIT).samples());
    queue.close();
  }

  @Test
  void oneProfileThatTheServerCannotReadDoesNotBlockTheOthers() throws Exception {
    EndpointQueue queue =
        queue(
            new ToldPush(
                p ->
                    p.labels().serviceName().equals("poison")
                        ? PushResult.retry(DropReason.MALFORMED_PROFILE, "500", Duration.ZERO)
                        : PushResult.DELIVERED));
    queue.accept(raw("poison", new byte[] {1, 2, 3}, 2));
    queue.accept(profile("good", 1));
    await(() -> queue.snapshot().waiting().profiles() == 0);
    assertEquals(2, queue.snapshot().dropped().get(DropReason.MALFORMED_PROFILE).samples());
    assertEquals(1, queue.snapshot().delivered().profiles());
    queue.close();
  }

  @Test
  void aStorageThatIsAwayLosesNothingThatCanBeRead() throws Exception {
    AtomicInteger away = new AtomicInteger(40);
    EndpointQueue queue =
        queue(
            new ToldPush(
                p ->
                    away.getAndDecrement() > 0
                        ? PushResult.retry(DropReason.MALFORMED_PROFILE, "500", Duration.ZERO)
                        : PushResult.DELIVERED));
    queue.accept(profile("shop", 1));
    await(() -> queue.snapshot().delivered().profiles() == 1);
    queue.close();
  }

  @Test
  void aRateLimitThatNeverEndsIsNotAskedForEver() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    EndpointQueue queue =
        queue(
            new ToldPush(
                p -> {
                  asked.incrementAndGet();
                  return PushResult.retry(DropReason.RATE_LIMITED, "429", Duration.ZERO);
                }));
    queue.accept(profile("shop", 1));
    await(() -> queue.snapshot().waiting().profiles() == 0);
    assertEquals(10, asked.get());
    assertEquals(1, queue.snapshot().dropped().get(DropReason.RATE_LIMITED).profiles());
    queue.close();
  }

  @Test
  void aQuotaThatIsUsedUpIsNotAskedAgainBeforeItsReset() throws Exception {
    EndpointQueue queue =
        queue(
            new ToldPush(
                p ->
                    new PushResult(
                        PushResult.Outcome.DROP,
                        DropReason.INGEST_LIMIT_REACHED,
                        "quota",
                        Duration.ofHours(1))));
    queue.accept(profile("shop", 1));
    await(() -> queue.snapshot().waiting().profiles() == 0);
    queue.accept(profile("shop", 1));
    DeliveryAccounts accounts = queue.snapshot();
    assertEquals(1, accounts.attempts());
    assertEquals(2, accounts.dropped().get(DropReason.INGEST_LIMIT_REACHED).profiles());
    queue.close();
  }

  @Test
  void closingDeliversWhatWaitsEvenDuringAPause() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    QueueSettings slow =
        new QueueSettings(
            8 << 20,
            Duration.ofMinutes(55),
            4,
            16,
            new RetryPolicy(Duration.ofHours(1), Duration.ofHours(1), 0),
            ServerLimits.PYROSCOPE);
    EndpointQueue queue =
        new EndpointQueue(
            "main",
            new ToldPush(
                p ->
                    calls.incrementAndGet() == 1
                        ? PushResult.unavailable("away")
                        : PushResult.DELIVERED),
            slow,
            clock,
            InstantSource.system());
    queue.accept(profile("a", 1));
    await(() -> queue.snapshot().retries() == 1);
    queue.accept(profile("b", 1));
    queue.close(Duration.ofSeconds(20));
    assertEquals(2, queue.snapshot().delivered().profiles());
    queue.accept(profile("late", 1));
    assertEquals(1, queue.snapshot().dropped().get(DropReason.SHUTDOWN).profiles());
    assertTrue(queue.snapshot().addUp());
  }

  @Test
  void closingEndsAtItsDeadlineAndCountsTheRest() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    EndpointQueue queue =
        queue(
            new ToldPush(
                p -> {
                  awaitQuietly(never);
                  return PushResult.DELIVERED;
                }));
    for (int i = 0; i < 20; i++) {
      queue.accept(profile("s" + i, 1));
    }
    queue.close(Duration.ofMillis(50));
    DeliveryAccounts accounts = queue.snapshot();
    assertEquals(20, accounts.dropped().get(DropReason.SHUTDOWN).profiles());
    assertTrue(accounts.addUp(), accounts.toString());
    never.countDown();
    await(() -> threads("delivery-main") == 0);
    assertTrue(queue.snapshot().addUp());
    assertEquals(20, queue.snapshot().dropped().get(DropReason.SHUTDOWN).profiles());
  }

  @Test
  void threadsEndWhenNothingWaits() throws Exception {
    EndpointQueue queue =
        new EndpointQueue(
            "idle",
            new ToldPush(p -> PushResult.DELIVERED),
            QueueSettings.DEFAULT,
            clock,
            InstantSource.system());
    for (int round = 1; round <= 2; round++) {
      queue.accept(profile("shop", 1));
      long expected = round;
      await(() -> queue.snapshot().delivered().profiles() == expected);
      await(() -> threads("delivery-idle") == 0);
    }
    queue.close();
  }

  @Test
  void accountsAddUpWhateverHappens() throws Exception {
    for (int seed = 0; seed < 6; seed++) {
      Random random = new Random(seed);
      EndpointQueue queue =
          queue(
              new ToldPush(
                  p -> {
                    int dice;
                    synchronized (random) {
                      dice = random.nextInt(12);
                    }
                    return switch (dice) {
                      case 0 -> PushResult.unavailable("away");
                      case 1 -> PushResult.split(DropReason.SAMPLES_LIMIT, "split");
                      case 2 -> PushResult.drop(DropReason.REFUSED, "no");
                      case 3 -> PushResult.retry(DropReason.RATE_LIMITED, "429", Duration.ZERO);
                      case 4 ->
                          PushResult.retry(DropReason.MALFORMED_PROFILE, "500", Duration.ZERO);
                      case 5 -> throw new IllegalStateException("a bug");
                      default -> PushResult.DELIVERED;
                    };
                  }),
              60_000,
              4);
      List<EncodedProfile> given = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        given.add(encode(Profiles.realistic(i, 1 + i, 8).end(Instant.now()).build()));
      }
      List<Thread> givers = new ArrayList<>();
      for (int t = 0; t < 3; t++) {
        Thread giver = new Thread(() -> given.forEach(queue::accept));
        giver.start();
        givers.add(giver);
      }
      int looked = 0;
      while (givers.stream().anyMatch(Thread::isAlive) || looked < 200) {
        DeliveryAccounts accounts = queue.snapshot();
        assertTrue(accounts.addUp(), accounts.toString());
        looked++;
      }
      queue.close(seed % 2 == 0 ? Duration.ofSeconds(20) : Duration.ofMillis(5));
      DeliveryAccounts end = queue.snapshot();
      assertTrue(end.addUp(), end.toString());
      assertEquals(Tally.ZERO, end.waiting());
      assertEquals(120, end.accepted().profiles());
      assertNotEquals(0, end.delivered().profiles() + end.droppedTotal().profiles());
    }
  }

  private EndpointQueue queue(ProfilePush push) {
    return queue(push, 8 << 20, 4);
  }

  private EndpointQueue queue(ProfilePush push, long maxBytes, int pushes) {
    QueueSettings settings =
        new QueueSettings(
            maxBytes,
            Duration.ofMinutes(55),
            pushes,
            Math.max(pushes, pushes == 1 ? 1 : 16),
            QUICK,
            ServerLimits.PYROSCOPE);
    return new EndpointQueue("main", push, settings, clock, InstantSource.system());
  }

  private static EndpointSettings endpoint(FakePyroscope server) {
    return EndpointSettings.of("main", server.url());
  }

  private EncodedProfile profile(String service, long samples) {
    return encode(
        new Profiles()
            .labels(Map.of("service_name", service))
            .end(Instant.now())
            .stack(samples, frame("work"), frame("main"))
            .build());
  }

  private EncodedProfile labelled(Map<String, String> labels) {
    return encode(new Profiles().labels(labels).end(Instant.now()).stack(1, frame("f")).build());
  }

  private EncodedProfile at(Instant end) {
    return encode(new Profiles().end(end).stack(1, frame("f")).build());
  }

  private static EncodedProfile raw(String service, byte[] bytes, long samples) {
    return new EncodedProfile(
        ProfileType.CPU,
        SeriesLabels.of(Map.of("service_name", service)),
        Instant.now(),
        bytes,
        bytes.length,
        samples);
  }

  private EncodedProfile encode(StackProfile stacks) {
    try (PprofEncoder encoder = new PprofEncoder(PprofLimits.PYROSCOPE, clock)) {
      return encoder.encode(stacks).get(0);
    }
  }

  private static long threads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().equals(name))
        .count();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "waited in vain");
      Thread.sleep(2);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
