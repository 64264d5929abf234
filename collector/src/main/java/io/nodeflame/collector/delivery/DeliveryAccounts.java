package io.nodeflame.collector.delivery;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What became of everything an endpoint's queue was given, at one moment: for profiles, samples and
 * bytes alike, {@code accepted + madeBySplitting = delivered + waiting + every kind of dropped}.
 *
 * @param accepted all that was handed over
 * @param madeBySplitting what splitting added: parts instead of wholes, no samples
 * @param waiting in the queue or on its way
 * @param attempts pushes that were tried
 * @param retries of them, those that must be tried again
 * @param running pushes on their way now
 */
public record DeliveryAccounts(
    Tally accepted,
    Tally madeBySplitting,
    Tally delivered,
    Tally waiting,
    Map<DropReason, Tally> dropped,
    long attempts,
    long retries,
    int running) {

  /**
   * Counts of one outcome.
   *
   * @param bytes gzipped
   */
  public record Tally(long profiles, long samples, long bytes) {
    public static final Tally ZERO = new Tally(0, 0, 0);

    public Tally plus(Tally other) {
      return new Tally(profiles + other.profiles, samples + other.samples, bytes + other.bytes);
    }
  }

  public DeliveryAccounts {
    Map<DropReason, Tally> copy = new EnumMap<>(DropReason.class);
    copy.putAll(dropped);
    dropped = Collections.unmodifiableMap(copy);
  }

  /** Dropped for any reason. */
  public Tally droppedTotal() {
    Tally total = Tally.ZERO;
    for (Tally tally : dropped.values()) {
      total = total.plus(tally);
    }
    return total;
  }

  /** Whether every profile, sample and byte is where it should be. */
  public boolean addUp() {
    Tally in = accepted.plus(madeBySplitting);
    return in.equals(delivered.plus(waiting).plus(droppedTotal()));
  }
}
