package io.nodeflame.collector.account;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * Keeps account of samples between the ring and the sinks: what was drained and is neither dropped
 * nor handed over waits. No move does more than count, so the sampling thread never waits for a
 * disk here.
 *
 * <p>Samples move one way: ring, ledger, sinks. A move is counted here before the sinks take the
 * samples, so a reader that asks the sinks first, then this, and the kernel last, finds every
 * sample exactly once, and none of its differences is negative.
 */
public final class SampleLedger {
  private final Map<DropReason, Long> dropped = new EnumMap<>(DropReason.class);
  private long drained;
  private long handedOver;
  private boolean ended;

  /** What the ledger holds at one moment; {@code drained = waiting + dropped + handedOver}. */
  public record Balance(long drained, long handedOver, Map<DropReason, Long> dropped) {
    public Balance {
      Map<DropReason, Long> copy = new EnumMap<>(DropReason.class);
      copy.putAll(dropped);
      dropped = Collections.unmodifiableMap(copy);
    }

    /** Samples in collapse tables and open windows. */
    public long waiting() {
      return drained - handedOver - droppedTotal();
    }

    /** Samples dropped for any reason. */
    public long droppedTotal() {
      long total = 0;
      for (long samples : dropped.values()) {
        total += samples;
      }
      return total;
    }
  }

  public SampleLedger() {
    for (DropReason reason : DropReason.values()) {
      dropped.put(reason, 0L);
    }
  }

  /** Samples came out of the ring. */
  public synchronized void drained(long samples) {
    drained += samples;
    if (ended) {
      count(DropReason.SHUTDOWN, samples);
    }
  }

  /** Samples end here. */
  public synchronized void dropped(DropReason reason, long samples) {
    if (!ended) {
      count(reason, samples);
    }
  }

  /**
   * Samples are about to go to every sink.
   *
   * @return false after the end: they are dropped, and must not be handed on
   */
  public synchronized boolean handOver(long samples) {
    if (!ended) {
      handedOver += samples;
    }
    return !ended;
  }

  /** Whatever still waits is dropped, as is all that comes. May be called twice. */
  public synchronized void end() {
    count(DropReason.SHUTDOWN, balance().waiting());
    ended = true;
  }

  /** Where the samples are now. */
  public synchronized Balance balance() {
    return new Balance(drained, handedOver, dropped);
  }

  private void count(DropReason reason, long samples) {
    dropped.merge(reason, samples, Long::sum);
  }
}
