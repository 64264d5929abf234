package io.nodeflame.collector.account;

import java.util.EnumMap;
import java.util.Map;

/**
 * Keeps account of samples between the ring and the sinks. Each move names where samples go; what
 * is neither dropped nor handed over waits. Handing over to the sinks and reading the accounts of
 * ledger and sinks happen under the same lock, so that a reader finds every sample exactly once.
 */
public final class SampleLedger {
  private final Map<DropReason, Long> dropped = new EnumMap<>(DropReason.class);
  private long drained;
  private long handedOver;

  /** What the ledger holds at one moment; {@code drained = waiting + dropped + handedOver}. */
  public record Balance(long drained, long handedOver, Map<DropReason, Long> dropped) {
    public Balance {
      dropped = Map.copyOf(dropped);
    }

    /** Samples in collapse tables and open windows. */
    public long waiting() {
      return drained - handedOver - dropped.values().stream().mapToLong(Long::longValue).sum();
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
  }

  /** Samples end here. */
  public synchronized void dropped(DropReason reason, long samples) {
    dropped.merge(reason, samples, Long::sum);
  }

  /** Samples go to every sink; the sinks take them inside {@code handing}. */
  public synchronized void handOver(long samples, Runnable handing) {
    handing.run();
    handedOver += samples;
  }

  /** Runs a reader of ledger and sinks while nothing moves between them. */
  public synchronized <T> T whileStill(java.util.function.Function<Balance, T> reader) {
    return reader.apply(new Balance(drained, handedOver, dropped));
  }
}
