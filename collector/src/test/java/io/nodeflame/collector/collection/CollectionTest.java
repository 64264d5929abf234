package io.nodeflame.collector.collection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.bpf.EndReason;
import io.nodeflame.bpf.ProcessImage;
import io.nodeflame.bpf.RecordedSampler;
import io.nodeflame.bpf.RecordedSampler.Stack;
import io.nodeflame.bpf.SamplerCounters;
import io.nodeflame.collector.account.DropReason;
import io.nodeflame.collector.account.SampleLedger;
import io.nodeflame.collector.pprof.CollapsedStacks;
import io.nodeflame.collector.pprof.PprofEncoder;
import io.nodeflame.collector.pprof.PprofLimits;
import io.nodeflame.collector.pprof.ProfileClock;
import io.nodeflame.collector.profile.EncodedProfile;
import io.nodeflame.collector.profile.ProfileSink;
import io.nodeflame.collector.profile.StackProfile;
import io.nodeflame.collector.profile.StackProfileConsumer;
import io.nodeflame.discovery.Excluded;
import io.nodeflame.discovery.Labels;
import io.nodeflame.discovery.ProcessFacts;
import io.nodeflame.discovery.Resolution;
import io.nodeflame.discovery.Target;
import io.nodeflame.discovery.Unmatched;
import io.nodeflame.symbolizer.PublishedService;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole collection, from records in the kernel's layout to profiles, without a kernel. */
@Timeout(120)
class CollectionTest {
  private static final long PERIOD = 10;
  private static final long START = 10_000_000;
  private static final ProcessImage NOBODY = new ProcessImage(0, 0, 0);
  private static final int EXCLUDED_PID = 90;
  private static final int UNMATCHED_PID = 91;

  private final RecordedSampler sampler = new RecordedSampler(100_000);
  private final FakeSymbolizer symbolizer = new FakeSymbolizer();
  private final SampleLedger ledger = new SampleLedger();
  private final SortedMap<String, Long> samples =
      Collections.synchronizedSortedMap(new TreeMap<>());
  private final List<StackProfile> profiles = Collections.synchronizedList(new ArrayList<>());

  private static ProcessImage process(int pid) {
    return new ProcessImage(pid, START, 1);
  }

  private static Resolution resolve(ProcessFacts process) {
    if (process.pid() == EXCLUDED_PID) {
      return new Excluded(Excluded.Reason.OTHER_PROCESS);
    }
    if (process.pid() == UNMATCHED_PID) {
      return new Unmatched(Unmatched.Reason.NAME_UNKNOWN);
    }
    String said = process.service().name();
    String executable = process.executable().isEmpty() ? process.comm() : process.executable();
    String name = said.isEmpty() ? executable : said;
    return new Target(Labels.of(Map.of(Labels.SERVICE_NAME, name)));
  }

  /** As ProfileDelivery does: hands over, then keeps. */
  private void keep(StackProfile profile) {
    assertTrue(ledger.handOver(profile.totalSamples()));
    profiles.add(profile);
    CollapsedStacks.of(profile)
        .asMap()
        .forEach(
            (stack, value) ->
                samples.merge(
                    profile.labels().serviceName() + "|" + stack, value / PERIOD, Long::sum));
  }

  private Collection start(Duration window, StackProfileConsumer consumer) {
    return Collection.start(
        sampler,
        symbolizer,
        CollectionTest::resolve,
        consumer,
        ledger,
        new CollectionSettings(window, PERIOD, Clock.systemUTC()));
  }

  private Collection start() {
    return start(Duration.ofHours(1), this::keep);
  }

  private void image(int pid, String executable) {
    sampler.image(process(pid), NOBODY, executable);
  }

  private void take(ProcessImage image, int count, Stack stack) {
    for (int i = 0; i < count; i++) {
      sampler.sample(image, PERIOD, stack);
    }
  }

  private void take(int pid, int count, Stack stack) {
    take(process(pid), count, stack);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "waited 60 s in vain");
      Thread.sleep(5);
    }
  }

  /** Nothing waits, and what was taken is dropped, lost or in a profile. */
  private void assertAllAccountedFor() {
    SamplerCounters kernel = sampler.counters();
    SampleLedger.Balance balance = ledger.balance();
    assertEquals(kernel.submitted(), balance.drained());
    assertEquals(0, balance.waiting(), balance.toString());
    assertEquals(samples.values().stream().mapToLong(Long::longValue).sum(), balance.handedOver());
  }

  /** As one that is just becoming a program. */
  @Test
  void aKernelThreadMayHaveAUserStack() {
    Collection ended;
    try (Collection collection = start()) {
      ended = collection;
      sampler.kernelThread(process(1), "kworker/0:1");
      take(1, 2, Stack.of(5).withKernel(1));
    }
    assertEquals("", ended.failure());
    assertEquals(List.of(2L), List.copyOf(samples.values()));
    String stack = samples.keySet().iterator().next();
    assertTrue(stack.endsWith("|[no mapping];k:1"), stack);
    assertAllAccountedFor();
  }

  @Test
  void equalStacksAreOneAndDifferentOnesAreNot() {
    try (Collection collection = start()) {
      image(1, "a");
      take(1, 3, Stack.of(5, 6, 7));
      take(1, 2, Stack.of(5, 6, 8));
      take(1, 4, Stack.of(5, 6, 7).withKernel(1, 2));
      take(1, 1, Stack.of(5, 6, 7).endingWith(EndReason.DEPTH_LIMIT));
      take(1, 1, Stack.of(5, 6, 7).endingWith(EndReason.BAD_PC));
      take(1, 5, Stack.of(5));
      assertEquals("", collection.failure());
    }
    assertEquals(
        Map.of(
            "a|p1:7r;p1:6r;p1:5", 3L,
            "a|p1:8r;p1:6r;p1:5", 2L,
            "a|p1:7r;p1:6r;p1:5;k:2;k:1", 4L,
            "a|[truncated];p1:7r;p1:6r;p1:5", 1L,
            "a|[unwind failed: bad_pc];p1:7r;p1:6r;p1:5", 1L,
            "a|p1:5", 5L),
        samples);
    assertAllAccountedFor();
  }

  @Test
  void targetsWithEqualLabelsAreOneProfile() {
    try (Collection collection = start()) {
      image(1, "a");
      image(2, "a");
      image(3, "b");
      take(1, 1, Stack.of(5));
      take(2, 1, Stack.of(5));
      take(3, 1, Stack.of(5));
      assertEquals("", collection.failure());
    }
    assertEquals(2, profiles.size());
    assertEquals(Map.of("a|p1:5", 1L, "a|p2:5", 1L, "b|p3:5", 1L), samples);
  }

  @Test
  void whatAProcessPublishesLaterNamesItsLaterSamples() throws InterruptedException {
    try (Collection collection = start()) {
      image(1, "a");
      take(1, 1, Stack.of(5));
      await(() -> collection.report().namedFrames() == 1); // the slice is over
      symbolizer.services.put(1, new PublishedService("checkout", "shop", "1"));
      take(1, 2, Stack.of(5));
      assertEquals("", collection.failure());
    }
    assertEquals(Map.of("a|p1:5", 1L, "checkout|p1:5", 2L), samples);
    assertAllAccountedFor();
  }

  @Test
  void callerOfALeafWithoutAFrameIsPutIn() {
    long leaf = FakeSymbolizer.FRAMELESS + 1;
    try (Collection collection = start()) {
      image(1, "a");
      take(1, 1, Stack.of(leaf, 7).withStackWord(6, false));
      take(1, 1, Stack.of(leaf, 8).withStackWord(6, true));
      take(1, 1, Stack.of(leaf, 9).withStackWord(-1, false));
      take(1, 1, Stack.of(leaf, 10));
      take(1, 1, Stack.of(5, 11).withStackWord(6, false));
      assertEquals("", collection.failure());
    }
    assertEquals(
        Map.of(
            "a|p1:7r;p1:6r;p1:1001", 1L,
            "a|p1:8r;p1:1001", 1L,
            "a|p1:9r;p1:1001", 1L,
            "a|p1:10r;p1:1001", 1L,
            "a|p1:11r;p1:5", 1L),
        samples);
  }

  @Test
  void imageWithoutRecordIsRestored() {
    try (Collection collection = start()) {
      take(1, 2, Stack.of(5));
      assertEquals("", collection.failure());
    }
    assertEquals(Map.of("thread|p1:5", 2L), samples);
    assertAllAccountedFor();
  }

  @Test
  void execAndReusedPidAreOtherImages() {
    ProcessImage beforeExec = new ProcessImage(1, START, 1);
    ProcessImage afterExec = new ProcessImage(1, START, 2);
    ProcessImage reused = new ProcessImage(1, 5 * START, 1);
    symbolizer.stackSwitching.add(1);
    try (Collection collection = start()) {
      sampler.image(beforeExec, NOBODY, "sh");
      take(beforeExec, 1, Stack.of(5));
      sampler.image(afterExec, NOBODY, "app");
      take(afterExec, 2, Stack.of(5));
      take(beforeExec, 1, Stack.of(6)); // a late record of another CPU
      sampler.image(reused, NOBODY, "other");
      take(reused, 3, Stack.of(5));
      sampler.exit(beforeExec); // comes late: the pid is another's now
      assertEquals("", collection.failure());
    }
    assertEquals(Map.of("sh|p1:5", 1L, "sh|p1:6", 1L, "app|p1:5", 2L, "other|p1@5:5", 3L), samples);
    assertTrue(sampler.stackSwitching().contains(1));
    assertAllAccountedFor();
  }

  @Test
  void childThatIsGoneHasTheMemoryOfItsParent() {
    ProcessImage parent = process(1);
    ProcessImage child = new ProcessImage(2, 2 * START, 1);
    ProcessImage stranger = new ProcessImage(3, 2 * START, 4);
    symbolizer.gone.add(2);
    symbolizer.gone.add(3);
    try (Collection collection = start()) {
      sampler.image(parent, NOBODY, "a");
      sampler.image(child, parent, "a");
      take(child, 1, Stack.of(5));
      sampler.image(stranger, parent, "x");
      take(stranger, 1, Stack.of(5));
      assertEquals("", collection.failure());
    }
    assertEquals(Map.of("a|child of p1:5", 1L, "x|x:5", 1L), samples);
  }

  @Test
  void excludedAndUnmatchedAreCounted() {
    try (Collection collection = start()) {
      image(1, "a");
      take(1, 1, Stack.of(5));
      take(EXCLUDED_PID, 3, Stack.of(5));
      take(UNMATCHED_PID, 2, Stack.of(5));
      sampler.idle();
      assertEquals("", collection.failure());
    }
    Map<DropReason, Long> dropped = ledger.balance().dropped();
    assertEquals(3, dropped.get(DropReason.EXCLUDED));
    assertEquals(2, dropped.get(DropReason.UNMATCHED));
    assertEquals(1, ledger.balance().handedOver());
    assertAllAccountedFor();
  }

  @Test
  void aTargetThatIsSampledMoreOftenHasAPeriodOfItsOwn() {
    try (Collection collection = start()) {
      image(1, "a");
      image(2, "b");
      take(1, 3, Stack.of(5));
      for (int i = 0; i < 15; i++) {
        sampler.thinned();
        sampler.sample(process(2), PERIOD / 5, Stack.of(5));
      }
      assertEquals("", collection.failure());
    }
    Map<String, Long> periods = new HashMap<>();
    Map<String, Long> values = new HashMap<>();
    for (StackProfile profile : profiles) {
      periods.put(profile.labels().serviceName(), profile.periodNanos());
      values.merge(profile.labels().serviceName(), profile.value(0), Long::sum);
    }
    assertEquals(Map.of("a", PERIOD, "b", PERIOD / 5), periods);
    assertEquals(Map.of("a", 3 * PERIOD, "b", 3 * PERIOD), values, "the same CPU time");
    SamplerCounters kernel = sampler.counters();
    assertEquals(kernel.taken(), kernel.submitted() + kernel.thinned());
  }

  @Test
  void fullTableRefusesNewStacksAndCountsThem() {
    int distinct = StackTable.MAX_STACKS + 5_000;
    image(1, "a");
    for (int i = 1; i <= distinct; i++) {
      take(1, 1, Stack.of(5, i));
    }
    take(1, 7, Stack.of(5, 1)); // known: counted also when the table is full
    try (Collection collection = start()) {
      assertEquals("", collection.failure());
    }
    assertEquals(5_000, ledger.balance().dropped().get(DropReason.TABLE_FULL));
    assertEquals(8, samples.get("a|p1:1r;p1:5"));
    assertAllAccountedFor();
  }

  @Test
  void windowWithTooManyFramesClosesEarly() throws InterruptedException {
    long[] user = new long[100];
    try (Collection collection = start()) {
      image(1, "a");
      for (int stack = 0; stack < 600; stack++) {
        for (int i = 0; i < user.length; i++) {
          user[i] = 1 + (long) stack * user.length + i;
        }
        take(1, 1, Stack.of(user.clone()).withStackWord(-1, true));
      }
      await(() -> collection.report().windows() > 0);
      take(1, 1, Stack.of(5));
    }
    assertEquals(2, profiles.size());
    assertAllAccountedFor();
  }

  @Test
  void endedProcessIsForgottenButNotBeforeItsStacksAreNamed() throws InterruptedException {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch reached = new CountDownLatch(1);
    symbolizer.beforeLocate =
        () -> {
          reached.countDown();
          awaitUninterrupted(release);
        };
    try (Collection collection = start()) {
      image(1, "a");
      take(1, 1, Stack.of(5));
      reached.await(); // the collecting thread holds slice 0
      ProcessImage ended = process(2);
      sampler.image(ended, NOBODY, "b");
      take(ended, 1, Stack.of(5));
      sampler.exit(ended);
      // Above the 10 s that an ended process is remembered and the 5 s between two looks.
      Thread.sleep(16_000);
      assertFalse(symbolizer.closed.contains("p2"), "closed while a slice names it");
      release.countDown();
      await(() -> symbolizer.closed.contains("p2"));
      assertEquals("", collection.failure());
    }
    assertEquals(Map.of("a|p1:5", 1L, "b|p2:5", 1L), samples);
    assertAllAccountedFor();
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void deadCollectingThreadIsAFailureAndItsSamplesAreCounted() throws InterruptedException {
    Collection collection =
        start(
            Duration.ofMillis(1),
            profile -> {
              throw new IllegalStateException("a bug of the test");
            });
    image(1, "a");
    take(1, 4, Stack.of(5));
    await(() -> !collection.failure().isEmpty());
    assertTrue(collection.failure().contains("thread collection ended"), collection.failure());
    take(1, 3, Stack.of(5));
    collection.close();
    assertTrue(collection.hasEnded());
    ledger.end();
    assertEquals(7, ledger.balance().dropped().get(DropReason.SHUTDOWN));
    assertAllAccountedFor();
  }

  @Test
  void deadSamplingThreadIsAFailure() throws InterruptedException {
    Collection collection =
        Collection.start(
            sampler,
            symbolizer,
            process -> {
              throw new LinkageError("a bug of the test");
            },
            this::keep,
            ledger,
            new CollectionSettings(Duration.ofHours(1), PERIOD, Clock.systemUTC()));
    take(1, 4, Stack.of(5));
    await(() -> !collection.failure().isEmpty());
    assertTrue(collection.failure().contains("thread sampler ended"), collection.failure());
    collection.close();
    assertTrue(collection.hasEnded());
  }

  @Test
  void slowCollectingThreadFillsTheRingAndEverySampleIsCounted() throws InterruptedException {
    CountDownLatch release = new CountDownLatch(1);
    RecordedSampler small = new RecordedSampler(1000);
    symbolizer.beforeLocate = () -> awaitUninterrupted(release);
    try (Collection collection =
        Collection.start(
            small,
            symbolizer,
            CollectionTest::resolve,
            this::keep,
            ledger,
            new CollectionSettings(Duration.ofHours(1), PERIOD, Clock.systemUTC()))) {
      small.image(process(1), NOBODY, "a");
      // All three tables fill, then nobody drains the ring any more.
      for (long address = 1; small.counters().lostRing() < 5000; address++) {
        small.sample(process(1), PERIOD, Stack.of(5, address));
        if (address % 500 == 0) {
          Thread.sleep(1);
        }
      }
      assertEquals("", collection.failure());
      release.countDown();
    }
    SamplerCounters kernel = small.counters();
    SampleLedger.Balance balance = ledger.balance();
    assertEquals(kernel.taken(), kernel.lostRing() + balance.drained());
    assertEquals(0, balance.waiting());
    assertEquals(balance.drained(), balance.handedOver() + balance.droppedTotal());
    assertEquals(samples.values().stream().mapToLong(Long::longValue).sum(), balance.handedOver());
  }

  @Test
  void interruptedCloseLeavesABlockedThreadAndItsSamplesAreDropped() throws InterruptedException {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch handed = new CountDownLatch(1);
    symbolizer.beforeLocate =
        () -> {
          reached.countDown();
          awaitUninterrupted(release);
        };
    Collection collection =
        start(
            Duration.ofHours(1),
            profile -> {
              assertFalse(ledger.handOver(profile.totalSamples()));
              handed.countDown();
            });
    image(1, "a");
    take(1, 4, Stack.of(5));
    reached.await();
    Thread closing = new Thread(collection::close);
    closing.start();
    closing.interrupt();
    closing.join();
    assertFalse(collection.hasEnded());
    ledger.end();
    assertEquals(4, ledger.balance().dropped().get(DropReason.SHUTDOWN));
    release.countDown();
    handed.await(); // late, and refused
    await(collection::hasEnded);
    assertEquals(0, ledger.balance().handedOver());
    assertEquals(0, ledger.balance().waiting());
  }

  /** Counts what it is given. */
  private static final class CountingSink implements ProfileSink {
    private long profiles;
    private long samples;

    @Override
    public String name() {
      return "counting";
    }

    @Override
    public void accept(EncodedProfile profile) {
      profiles++;
      samples += profile.samples();
    }
  }

  @Test
  void splitProfilesHaveAllSamples() {
    CountingSink sink = new CountingSink();
    PprofLimits limits = new PprofLimits(10, 1 << 20, 100, 100);
    try (PprofEncoder encoder = new PprofEncoder(limits, new ProfileClock());
        Collection collection =
            start(Duration.ofHours(1), new ProfileDelivery(encoder, ledger, List.of(sink)))) {
      image(1, "a");
      for (int i = 1; i <= 25; i++) {
        take(1, i, Stack.of(5, i));
      }
      sampler.sample(process(1), 0, Stack.of(6)); // no value: still a sample
      assertEquals("", collection.failure());
    }
    assertEquals(3, sink.profiles);
    assertEquals(25 * 26 / 2 + 1, sink.samples);
    assertEquals(sink.samples, ledger.balance().handedOver());
    assertEquals(0, ledger.balance().waiting());
  }

  @Test
  void profileThatCannotBeEncodedIsCounted() {
    CountingSink sink = new CountingSink();
    PprofEncoder broken = new PprofEncoder(PprofLimits.PYROSCOPE, new ProfileClock());
    broken.close();
    try (Collection collection =
        start(Duration.ofHours(1), new ProfileDelivery(broken, ledger, List.of(sink)))) {
      image(1, "a");
      take(1, 6, Stack.of(5));
      assertEquals("", collection.failure());
    }
    assertEquals(0, sink.samples);
    assertEquals(6, ledger.balance().dropped().get(DropReason.ENCODING_FAILED));
    assertEquals(0, ledger.balance().waiting());
  }

  @Test
  void stackSwitchingProcessIsMadeKnownToTheWalkerAndForgotten() throws InterruptedException {
    symbolizer.stackSwitching.add(1);
    try (Collection collection = start()) {
      image(1, "go");
      await(() -> sampler.stackSwitching().contains(1));
      sampler.exit(process(1));
      sampler.wake();
      await(() -> sampler.stackSwitching().isEmpty());
      assertEquals("", collection.failure());
    }
  }

  @Test
  void faultOfTheResolverCostsItsProcessAndNothingElse() throws InterruptedException {
    Collection collection =
        Collection.start(
            sampler,
            symbolizer,
            process -> {
              throw new IllegalStateException("a fault of the test");
            },
            this::keep,
            ledger,
            new CollectionSettings(Duration.ofHours(1), PERIOD, Clock.systemUTC()));
    image(1, "a");
    take(1, 4, Stack.of(5));
    collection.close();
    assertEquals("", collection.failure());
    assertEquals(4, ledger.balance().dropped().get(DropReason.UNMATCHED));
  }
}
