package io.nodeflame.collector.daemon;

import io.nodeflame.collector.delivery.DeliveryAccounts;
import io.nodeflame.collector.delivery.EndpointQueue;
import io.nodeflame.collector.store.DropReason;
import io.nodeflame.collector.store.ProfileStore;
import io.nodeflame.collector.store.StoreAccounts;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of what one sink was handed.
 *
 * @param name of the sink
 * @param delivered where they should be; profiles, samples and gzipped bytes
 * @param waiting in its queue
 * @param droppedSamples by reason, in samples
 */
public record SinkAccounts(
    String name, Counts delivered, Counts waiting, Map<String, Long> droppedSamples) {

  /** Counts of one outcome. */
  public record Counts(long profiles, long samples, long bytes) {
    static Counts of(DeliveryAccounts.Tally tally) {
      return new Counts(tally.profiles(), tally.samples(), tally.bytes());
    }
  }

  public SinkAccounts {
    droppedSamples = Map.copyOf(droppedSamples);
  }

  static SinkAccounts of(EndpointQueue queue) {
    DeliveryAccounts accounts = queue.snapshot();
    Map<String, Long> dropped = new TreeMap<>();
    accounts.dropped().forEach((reason, tally) -> dropped.put(reason.label(), tally.samples()));
    return new SinkAccounts(
        queue.name(), Counts.of(accounts.delivered()), Counts.of(accounts.waiting()), dropped);
  }

  /** What the store let go later, for age or size, counts as delivered: it was there. */
  static SinkAccounts of(ProfileStore store) {
    StoreAccounts accounts = store.accounts();
    Map<String, Long> dropped = new TreeMap<>();
    long kept = accounts.acceptedSamples();
    for (Map.Entry<DropReason, Long> entry : accounts.droppedSamples().entrySet()) {
      if (entry.getKey() != DropReason.RETENTION && entry.getKey() != DropReason.SIZE) {
        dropped.put(entry.getKey().label(), entry.getValue());
        kept -= entry.getValue();
      }
    }
    return new SinkAccounts(
        store.name(),
        new Counts(accounts.storedProfiles(), kept, accounts.storedProfileBytes()),
        new Counts(0, 0, 0),
        dropped);
  }
}
