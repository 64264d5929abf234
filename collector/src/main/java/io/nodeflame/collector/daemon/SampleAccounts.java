package io.nodeflame.collector.daemon;

import io.nodeflame.bpf.SamplerCounters;
import io.nodeflame.collector.account.SampleLedger;
import java.util.List;

/**
 * Where every sample is, at one moment. For each sink, {@code taken = idle + lost + waitingInRing +
 * waitingInWindow + dropped + sink.delivered + sink.waiting + sink.dropped}, exactly: the ledger
 * and the sinks are read while nothing moves between them, and the kernel's counters after them, so
 * that what was submitted meanwhile counts as waiting in the ring.
 *
 * @param kernel what became of each firing in the kernel
 * @param balance what became of what was drained
 * @param sinks what became of what was handed over, in each sink
 */
public record SampleAccounts(
    SamplerCounters kernel, SampleLedger.Balance balance, List<SinkAccounts> sinks) {
  public SampleAccounts {
    sinks = List.copyOf(sinks);
  }

  /** Samples that the ring took and nobody drained yet. */
  public long waitingInRing() {
    return kernel.submitted() - balance.drained();
  }

  /** Samples in the kernel's own losses. */
  public long lostInKernel() {
    return kernel.lostRing() + kernel.lostScratch();
  }
}
