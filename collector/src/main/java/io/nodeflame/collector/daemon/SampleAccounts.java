package io.nodeflame.collector.daemon;

import io.nodeflame.bpf.SamplerCounters;
import io.nodeflame.collector.account.SampleLedger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Where every sample is, at one moment. For each sink, {@code taken = idle + outside + thinned +
 * lost + waitingInRing + waitingInWindow + dropped + sink.delivered + sink.waiting + sink.dropped},
 * exactly.
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

  /**
   * Reads against the stream, sinks first and the kernel last: a sample that moves meanwhile is
   * still counted where it came from, and never twice. What was handed over and is not in a sink's
   * books yet waits for that sink.
   */
  static SampleAccounts read(
      List<Supplier<SinkAccounts>> sinks, SampleLedger ledger, Supplier<SamplerCounters> kernel) {
    List<SinkAccounts> read = new ArrayList<>(sinks.size());
    for (Supplier<SinkAccounts> sink : sinks) {
      read.add(sink.get());
    }
    SampleLedger.Balance balance = ledger.balance();
    read.replaceAll(sink -> sink.withHandedOver(balance.handedOver()));
    return new SampleAccounts(kernel.get(), balance, read);
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
