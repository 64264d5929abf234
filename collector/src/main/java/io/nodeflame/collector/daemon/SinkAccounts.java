package io.nodeflame.collector.daemon;

import io.nodeflame.collector.delivery.DeliveryAccounts;
import io.nodeflame.collector.delivery.EndpointQueue;
import io.nodeflame.collector.store.ProfileStore;
import io.nodeflame.collector.store.StoreAccounts;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of what one sink was handed.
 *
 * @param name of the sink
 * @param acceptedSamples all samples that it took
 * @param delivered where they should be; profiles, samples and gzipped bytes
 * @param waiting in its queue, or on the way to it
 * @param droppedSamples by reason, in samples
 */
public record SinkAccounts(
    String name,
    long acceptedSamples,
    Counts delivered,
    Counts waiting,
    Map<String, Long> droppedSamples) {

  /** Counts of one outcome. */
  public record Counts(long profiles, long samples, long bytes) {
    static Counts of(DeliveryAccounts.Tally tally) {
      return new Counts(tally.profiles(), tally.samples(), tally.bytes());
    }

    static Counts of(StoreAccounts.Counts counts) {
      return new Counts(counts.profiles(), counts.samples(), counts.bytes());
    }
  }

  public SinkAccounts {
    droppedSamples = Collections.unmodifiableSortedMap(new TreeMap<>(droppedSamples));
  }

  /** Samples dropped for any reason. */
  public long droppedTotal() {
    long total = 0;
    for (long samples : droppedSamples.values()) {
      total += samples;
    }
    return total;
  }

  /**
   * Adds what is on its way to the sink.
   *
   * @param handedOver samples handed to every sink, read after these accounts
   */
  SinkAccounts withHandedOver(long handedOver) {
    long samples = waiting.samples() + handedOver - acceptedSamples;
    Counts more = new Counts(waiting.profiles(), samples, waiting.bytes());
    return new SinkAccounts(name, acceptedSamples, delivered, more, droppedSamples);
  }

  static SinkAccounts of(EndpointQueue queue) {
    DeliveryAccounts accounts = queue.snapshot();
    Map<String, Long> dropped = new TreeMap<>();
    accounts.dropped().forEach((reason, tally) -> dropped.put(reason.label(), tally.samples()));
    return new SinkAccounts(
        queue.name(),
        accounts.accepted().samples(),
        Counts.of(accounts.delivered()),
        Counts.of(accounts.waiting()),
        dropped);
  }

  /** What the store let go once it was on disk, for age or size, was delivered. */
  static SinkAccounts of(ProfileStore store) {
    StoreAccounts accounts = store.accounts();
    Map<String, Long> dropped = new TreeMap<>();
    accounts
        .droppedSamples()
        .forEach(
            (reason, samples) -> {
              if (reason.isRefusal()) {
                dropped.put(reason.label(), samples);
              }
            });
    return new SinkAccounts(
        store.name(),
        accounts.acceptedSamples(),
        Counts.of(accounts.delivered()),
        Counts.of(accounts.waiting()),
        dropped);
  }
}
