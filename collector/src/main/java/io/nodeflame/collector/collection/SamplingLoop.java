package io.nodeflame.collector.collection;

import io.nodeflame.bpf.ExitView;
import io.nodeflame.bpf.ImageView;
import io.nodeflame.bpf.RecordConsumer;
import io.nodeflame.bpf.SampleView;
import io.nodeflame.bpf.StackSampler;
import io.nodeflame.collector.account.DropReason;
import io.nodeflame.collector.account.SampleLedger;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The sampling thread: drains the ring ten times a second, less often while few samples come, and
 * at once for a process seen for the first time; hands the collapsed stacks over once a second,
 * more often while a Java machine starts, so that run-time code is named before it moves.
 */
final class SamplingLoop implements Runnable {
  private static final Duration DRAIN_INTERVAL = Duration.ofMillis(100);

  /**
   * After a drain that found few samples. Each round costs a wake-up, which is what an idle host
   * notices of us; the ring holds two seconds of all CPUs' samples, and a new image wakes anyway.
   */
  private static final Duration QUIET_INTERVAL = Duration.ofMillis(250);

  private static final int QUIET_SAMPLES = 16;

  /** After a drain that found next to nothing. */
  private static final Duration IDLE_INTERVAL = Duration.ofSeconds(1);

  /** Until its stacks can be walked: each sample before is lost to its methods. */
  private static final Duration STARTING_JAVA_INTERVAL = Duration.ofMillis(5);

  private static final int IDLE_SAMPLES = 2;
  private static final long SLICE_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long YOUNG_JAVA_SLICE_NANOS = Duration.ofMillis(200).toNanos();
  private static final long EXPIRY_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long RETRY_MILLIS = 100;

  /** How long a collecting thread that is behind may keep the last drain waiting. */
  private static final long LAST_TABLE_MILLIS = 5000;

  private static final RecordConsumer NOBODY =
      new RecordConsumer() {
        @Override
        public void image(ImageView image) {}

        @Override
        public void sample(SampleView sample) {}

        @Override
        public void exec(ImageView image) {}

        @Override
        public void exit(ExitView exit) {}
      };

  private final StackSampler sampler;
  private final SampleCollapser collapser;
  private final SliceExchange exchange;
  private final SampleLedger ledger;
  private volatile boolean stopping;
  private volatile long lastRoundNanos = System.nanoTime();
  private volatile int imageCount;
  private int lastSamples;
  private long slice;
  private long sliceStart = System.nanoTime();
  private long lastExpiry = System.nanoTime();

  SamplingLoop(
      StackSampler sampler,
      SampleCollapser collapser,
      SliceExchange exchange,
      SampleLedger ledger) {
    this.sampler = sampler;
    this.collapser = collapser;
    this.exchange = exchange;
    this.ledger = ledger;
  }

  /** Ends the loop after a last drain; what that found is handed over. */
  void stop() {
    stopping = true;
    sampler.wake();
  }

  /** When the ring was last drained, by {@link System#nanoTime}. */
  long lastRoundNanos() {
    return lastRoundNanos;
  }

  int imageCount() {
    return imageCount;
  }

  @Override
  public void run() {
    try {
      StackTable table = awaitTable();
      while (table != null && !stopping) {
        sampler.await(interval());
        drainInto(table);
        if (isSliceOver(table)) {
          table = handOver(table);
        }
      }
      drainLast(table != null ? table : exchange.awaitEmpty(LAST_TABLE_MILLIS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void drainLast(@Nullable StackTable table) {
    if (table != null) {
      drainInto(table);
      exchange.putFilled(new SliceExchange.Slice(slice, table, lastRoundNanos));
    } else {
      long samples = sampler.drain(NOBODY);
      ledger.drained(samples);
      ledger.dropped(DropReason.SHUTDOWN, samples);
    }
  }

  private void drainInto(StackTable table) {
    long now = System.nanoTime();
    collapser.begin(table, slice, now);
    int samples = sampler.drain(collapser);
    ledger.drained(samples);
    ledger.dropped(DropReason.TABLE_FULL, collapser.takeRefusedSamples());
    lastSamples = samples;
    if (now - lastExpiry >= EXPIRY_NANOS) {
      lastExpiry = now;
      collapser.expire(exchange.lastDone());
    }
    imageCount = collapser.imageCount();
    lastRoundNanos = now;
  }

  private Duration interval() {
    if (collapser.hasStartingJava(System.nanoTime())) {
      return STARTING_JAVA_INTERVAL;
    }
    if (lastSamples <= IDLE_SAMPLES) {
      return IDLE_INTERVAL;
    }
    return lastSamples <= QUIET_SAMPLES ? QUIET_INTERVAL : DRAIN_INTERVAL;
  }

  private boolean isSliceOver(StackTable table) {
    long length = collapser.hasYoungJava() ? YOUNG_JAVA_SLICE_NANOS : SLICE_NANOS;
    boolean isDue = System.nanoTime() - sliceStart >= length;
    return table.isFull() || (isDue && table.sampleCount() > 0);
  }

  private @Nullable StackTable handOver(StackTable table) throws InterruptedException {
    StackTable next = exchange.takeEmpty();
    if (next == null && !table.isFull()) {
      return table; // the collecting thread is behind: this slice becomes longer
    }
    exchange.putFilled(new SliceExchange.Slice(slice, table, lastRoundNanos));
    slice++;
    sliceStart = System.nanoTime();
    return next != null ? next : awaitTable();
  }

  /** The ring fills meanwhile, and the kernel counts what it cannot hold. Null when stopping. */
  private @Nullable StackTable awaitTable() throws InterruptedException {
    StackTable table = null;
    while (table == null && !stopping) {
      table = exchange.awaitEmpty(RETRY_MILLIS);
    }
    return table;
  }
}
