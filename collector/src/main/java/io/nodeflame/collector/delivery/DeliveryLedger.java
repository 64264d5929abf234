package io.nodeflame.collector.delivery;

import io.nodeflame.collector.delivery.DeliveryAccounts.Tally;
import io.nodeflame.collector.profile.EncodedProfile;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Keeps the accounts of one queue. Guarded by the queue's lock. */
final class DeliveryLedger {
  private final Map<DropReason, Tally> dropped = new EnumMap<>(DropReason.class);
  private Tally accepted = Tally.ZERO;
  private Tally madeBySplitting = Tally.ZERO;
  private Tally delivered = Tally.ZERO;
  private Tally waiting = Tally.ZERO;
  private long attempts;
  private long retries;

  void accepted(EncodedProfile profile) {
    accepted = accepted.plus(tally(profile, 1));
    waiting = waiting.plus(tally(profile, 1));
  }

  void attempted() {
    attempts++;
  }

  void retried() {
    retries++;
  }

  void delivered(EncodedProfile profile) {
    waiting = waiting.plus(tally(profile, -1));
    delivered = delivered.plus(tally(profile, 1));
  }

  void dropped(EncodedProfile profile, DropReason reason) {
    waiting = waiting.plus(tally(profile, -1));
    dropped.merge(reason, tally(profile, 1), Tally::plus);
  }

  void split(EncodedProfile whole, List<EncodedProfile> parts) {
    Tally gain = tally(whole, -1);
    for (EncodedProfile part : parts) {
      gain = gain.plus(tally(part, 1));
    }
    waiting = waiting.plus(gain);
    madeBySplitting = madeBySplitting.plus(gain);
  }

  DeliveryAccounts snapshot(int running) {
    return new DeliveryAccounts(
        accepted, madeBySplitting, delivered, waiting, dropped, attempts, retries, running);
  }

  private static Tally tally(EncodedProfile profile, int sign) {
    return new Tally(sign, sign * profile.samples(), (long) sign * profile.gzippedPprof().length);
  }
}
