package io.nodeflame.collector.collection;

import io.nodeflame.collector.account.DropReason;
import io.nodeflame.collector.account.SampleLedger;
import io.nodeflame.collector.pprof.PprofEncoder;
import io.nodeflame.collector.profile.EncodedProfile;
import io.nodeflame.collector.profile.ProfileSink;
import io.nodeflame.collector.profile.StackProfile;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The collecting thread: names the stacks of each slice, and at the end of a window encodes one
 * profile per target and hands it to every sink.
 */
final class CollectionLoop implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(CollectionLoop.class);

  /** So that a flame graph is there soon after the start. */
  private static final Duration FIRST_WINDOW = Duration.ofSeconds(3);

  private static final long POLL_MILLIS = 1000;

  private final SliceExchange exchange;
  private final ProfileWindow window;
  private final FrameTable frames;
  private final PprofEncoder encoder;
  private final SampleLedger ledger;
  private final List<ProfileSink> sinks;
  private final Clock clock;
  private final Duration windowLength;
  private final long periodNanos;
  private volatile boolean stopping;
  private final AtomicLong windowsClosed = new AtomicLong();
  private volatile int targets;
  private Instant windowStart;
  private long windowStartNanos;
  private Duration currentLength;

  CollectionLoop(
      SliceExchange exchange,
      ProfileWindow window,
      FrameTable frames,
      PprofEncoder encoder,
      SampleLedger ledger,
      List<ProfileSink> sinks,
      CollectionSettings settings) {
    this.exchange = exchange;
    this.window = window;
    this.frames = frames;
    this.encoder = encoder;
    this.ledger = ledger;
    this.sinks = List.copyOf(sinks);
    this.clock = settings.clock();
    this.windowLength = settings.window();
    this.periodNanos = settings.periodNanos();
    this.currentLength = windowLength.compareTo(FIRST_WINDOW) < 0 ? windowLength : FIRST_WINDOW;
    this.windowStart = clock.instant();
    this.windowStartNanos = System.nanoTime();
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
          window.add(slice);
          exchange.putEmpty(slice.table());
        } else if (stopping) {
          break;
        }
        if (remainingNanos() <= 0 || window.isFull()) {
          closeWindow();
        }
      }
      closeWindow();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      encoder.close();
    }
  }

  private long millisToWait() {
    return stopping ? 0 : Math.max(1, Math.min(POLL_MILLIS, remainingNanos() / 1_000_000));
  }

  private long remainingNanos() {
    return windowStartNanos + currentLength.toNanos() - System.nanoTime();
  }

  private void closeWindow() {
    long now = System.nanoTime();
    Duration length = Duration.ofNanos(now - windowStartNanos);
    targets = window.targetCount();
    for (StackProfile profile : window.close(windowStart, length, periodNanos)) {
      deliver(profile);
    }
    frames.trim();
    windowsClosed.incrementAndGet();
    windowStart = clock.instant();
    windowStartNanos = now;
    currentLength = windowLength;
  }

  private void deliver(StackProfile profile) {
    List<EncodedProfile> parts;
    try {
      parts = encoder.encode(profile);
    } catch (RuntimeException e) {
      LOG.error("A profile of {} could not be encoded", profile.labels(), e);
      ledger.dropped(DropReason.ENCODING_FAILED, profile.totalSamples());
      return;
    }
    ledger.handOver(
        profile.totalSamples(), () -> parts.forEach(part -> sinks.forEach(s -> s.accept(part))));
  }
}
