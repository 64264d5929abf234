package io.nodeflame.collector.collection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.bpf.ProcessImage;
import io.nodeflame.bpf.RecordedSampler;
import io.nodeflame.bpf.RecordedSampler.Stack;
import io.nodeflame.collector.account.DropReason;
import io.nodeflame.collector.account.SampleLedger;
import io.nodeflame.collector.profile.StackProfile;
import io.nodeflame.collector.store.MovableClock;
import io.nodeflame.discovery.Labels;
import io.nodeflame.discovery.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When windows close, and what those say of themselves that close late. */
@Timeout(60)
class CollectionLoopTest {
  private static final Duration STALL = Duration.ofMillis(1700);
  private static final ProcessImage NOBODY = new ProcessImage(0, 0, 0);

  /** Before the first window begins. */
  private final long begin = System.nanoTime();

  private final RecordedSampler sampler = new RecordedSampler(1000);
  private final FakeSymbolizer symbolizer = new FakeSymbolizer();
  private final SliceExchange exchange = new SliceExchange();
  private final SampleLedger ledger = new SampleLedger();
  private final FrameTable frames = new FrameTable();
  private final MovableClock clock = new MovableClock(Instant.parse("2026-03-01T12:00:00Z"));
  private final BlockingQueue<StackProfile> profiles = new LinkedBlockingQueue<>();
  private final SampleCollapser collapser =
      new SampleCollapser(
          sampler,
          symbolizer,
          process -> new Target(Labels.of(Map.of(Labels.SERVICE_NAME, process.executable()))),
          ThreadSettings.By.NOTHING);
  private final CollectionLoop loop = loop(Duration.ofMillis(100), Duration.ofMillis(100));

  /** After the first window began. */
  private final long begun = System.nanoTime();

  private CollectionLoop loop(Duration window, Duration firstWindow) {
    return new CollectionLoop(
        exchange,
        new ProfileWindow(
            new StackNamer(symbolizer, frames),
            frames,
            new StackQuality(),
            ledger,
            new FaultLog(() -> 0),
            false),
        frames,
        profiles::add,
        new CollectionSettings(window, 10, clock),
        firstWindow);
  }

  @Test
  void windowEndsWithItsLastSlice() throws InterruptedException {
    sampler.image(new ProcessImage(1, 1, 1), NOBODY, "a");
    long first = begin + 100_000_000;
    putSlice(0, first);
    Thread thread = new Thread(loop);
    thread.start();
    StackProfile profile = profiles.poll(30, TimeUnit.SECONDS);
    putSlice(1, first + 70_000_000);
    StackProfile next = profiles.poll(30, TimeUnit.SECONDS);
    loop.stop();
    thread.join();
    assertTrue(profile.duration().toNanos() <= first - begin, profile.duration().toString());
    assertEquals(70_000_000, next.duration().toNanos());
  }

  @Test
  void theFirstWindowWithSamplesIsShortHoweverLongTheHostIdledBefore() throws InterruptedException {
    CollectionLoop idle = loop(Duration.ofHours(1), Duration.ofMillis(20));
    Thread thread = new Thread(idle);
    thread.start();
    while (idle.windowsClosed() < 2) {
      Thread.sleep(1);
    }
    assertEquals(0, profiles.size());
    sampler.image(new ProcessImage(1, 1, 1), NOBODY, "a");
    putSlice(0, System.nanoTime());
    StackProfile profile = profiles.poll(30, TimeUnit.SECONDS);
    assertEquals(1, profile.totalSamples());
    long closed = idle.windowsClosed();
    putSlice(1, System.nanoTime());
    idle.stop();
    thread.join();
    assertEquals(closed + 1, idle.windowsClosed(), "the second one lasts until the end");
  }

  @Test
  void aStackThatCannotBeNamedIsCountedAndTheNextOnesAreNamed() throws InterruptedException {
    Thread thread = new Thread(loop);
    sampler.image(new ProcessImage(1, 1, 1), NOBODY, "a");
    symbolizer.beforeLocate =
        () -> {
          symbolizer.beforeLocate = () -> {};
          throw new IllegalStateException("a fault of the test");
        };
    putSlice(0, System.nanoTime());
    putSlice(1, System.nanoTime());
    thread.start();
    assertEquals(1, profiles.take().totalSamples());
    loop.stop();
    thread.join();
    assertEquals(1, ledger.balance().dropped().get(DropReason.INTERNAL));
  }

  private void putSlice(long number, long endNanos) throws InterruptedException {
    StackTable table = exchange.awaitEmpty(0);
    collapser.begin(table, number, System.nanoTime());
    sampler.sample(new ProcessImage(1, 1, 1), 10, Stack.of(5));
    sampler.drain(collapser);
    exchange.putFilled(new SliceExchange.Slice(number, table, endNanos));
  }

  @Test
  void whatARingHeldDuringAStallBelongsToTheLongWindow() throws InterruptedException {
    sampler.image(new ProcessImage(1, 1, 1), NOBODY, "a");
    putSlice(0, System.nanoTime());
    while (System.nanoTime() - begun < STALL.toNanos()) {
      Thread.sleep(10);
    }
    long end = System.nanoTime();
    putSlice(1, end);
    // Suspended: the wall clock goes on, and the monotonic one does not.
    clock.move(Duration.ofHours(1));
    Thread thread = new Thread(loop);
    thread.start();
    StackProfile profile = profiles.poll(30, TimeUnit.SECONDS);
    loop.stop();
    thread.join();
    assertEquals(2, profile.totalSamples());
    assertEquals(0, profiles.size());
    assertTrue(profile.duration().compareTo(STALL) >= 0, () -> profile.duration().toString());
    Instant profileEnd = profile.start().plus(profile.duration());
    assertFalse(profileEnd.isAfter(clock.instant()), profileEnd.toString());
    assertTrue(profileEnd.isAfter(clock.instant().minusSeconds(60)), profileEnd.toString());
  }
}
