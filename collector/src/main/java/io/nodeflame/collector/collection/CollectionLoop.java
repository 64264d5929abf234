package io.nodeflame.collector.collection;

import io.nodeflame.collector.profile.StackProfile;
import io.nodeflame.collector.profile.StackProfileConsumer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The collecting thread: names the stacks of each slice, and at the end of a window makes one
 * profile per target and hands it on.
 */
final class CollectionLoop implements Runnable {
  /** So that a flame graph is there soon after the start. */
  private static final Duration FIRST_WINDOW = Duration.ofSeconds(3);

  /** A host may idle then: windows are so short until one has samples. */
  private static final Duration AFTER_EMPTY_WINDOW = Duration.ofSeconds(1);

  private static final long POLL_MILLIS = 1000;

  /** A window that is so late: the process was stopped or starved, or a delivery took long. */
  private static final long LATE_NANOS = 1_500_000_000;

  private final SliceExchange exchange;
  private final ProfileWindow window;
  private final FrameTable frames;
  private final StackProfileConsumer consumer;
  private final Clock clock;
  private final Duration windowLength;
  private final long periodNanos;
  private volatile boolean stopping;
  private final HeapKeeper heap = HeapKeeper.ofRuntime();
  private final AtomicLong windowsClosed = new AtomicLong();
  private volatile int targets;
  private volatile long heldSamples;
  private long windowStartNanos;
  private long lastSliceNanos;
  private boolean hadSamples;
  private Duration currentLength;

  CollectionLoop(
      SliceExchange exchange,
      ProfileWindow window,
      FrameTable frames,
      StackProfileConsumer consumer,
      CollectionSettings settings) {
    this(exchange, window, frames, consumer, settings, FIRST_WINDOW);
  }

  CollectionLoop(
      SliceExchange exchange,
      ProfileWindow window,
      FrameTable frames,
      StackProfileConsumer consumer,
      CollectionSettings settings,
      Duration firstWindow) {
    this.exchange = exchange;
    this.window = window;
    this.frames = frames;
    this.consumer = consumer;
    this.clock = settings.clock();
    this.windowLength = settings.window();
    this.periodNanos = settings.periodNanos();
    this.currentLength = shorter(windowLength, firstWindow);
    this.windowStartNanos = System.nanoTime();
    this.lastSliceNanos = windowStartNanos;
  }

  /** Ends the loop once the slices that were handed over are delivered as a last window. */
  void stop() {
    stopping = true;
  }

  long windowsClosed() {
    return windowsClosed.get();
  }

  /** Targets of the last closed window. */
  int targets() {
    return targets;
  }

  @Override
  public void run() {
    try {
      while (true) {
        SliceExchange.Slice slice = exchange.awaitFilled(millisToWait());
        if (slice != null) {
          add(slice);
        } else if (stopping) {
          break;
        }
        if (remainingNanos() < -LATE_NANOS && !stopping) {
          addLateSlice();
        }
        if (remainingNanos() <= 0 || window.isFull()) {
          closeWindow();
        }
      }
      closeWindow();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Samples that wait until their pods are known. */
  long heldSamples() {
    return heldSamples;
  }

  /** As {@link HeapKeeper#liveBytes}. */
  long liveHeapBytes() {
    return heap.liveBytes();
  }

  private void add(SliceExchange.Slice slice) {
    window.add(slice);
    heldSamples = window.heldSamples();
    lastSliceNanos = slice.endNanos();
    exchange.putEmpty(slice);
  }

  /**
   * After a stall both threads go on at once, while the ring still holds what was taken meanwhile.
   * That belongs to this long window: in the next one it would look as if all of it had happened
   * within a few seconds.
   */
  private void addLateSlice() throws InterruptedException {
    SliceExchange.Slice late = exchange.awaitFilled(POLL_MILLIS);
    if (late != null) {
      add(late);
    }
  }

  private long millisToWait() {
    return stopping ? 0 : Math.max(1, Math.min(POLL_MILLIS, remainingNanos() / 1_000_000));
  }

  private long remainingNanos() {
    return windowStartNanos + currentLength.toNanos() - System.nanoTime();
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private void closeWindow() {
    long now = System.nanoTime();
    // What was taken since its last slice is in the next window; without any slice nothing was.
    long end = lastSliceNanos - windowStartNanos > 0 ? lastSliceNanos : now;
    Duration length = Duration.ofNanos(end - windowStartNanos);
    // From now: the wall clock may have been set meanwhile, or have gone on in a suspended VM.
    Instant start = clock.instant().minusNanos(now - windowStartNanos);
    targets = window.targetCount();
    List<StackProfile> profiles = window.close(start, length, periodNanos);
    windowsClosed.incrementAndGet();
    profiles.forEach(consumer::accept);
    hadSamples |= !profiles.isEmpty();
    currentLength = hadSamples ? windowLength : shorter(currentLength, AFTER_EMPTY_WINDOW);
    heldSamples = window.heldSamples();
    frames.trim();
    heap.afterWindow();
    windowStartNanos = end;
  }
}
