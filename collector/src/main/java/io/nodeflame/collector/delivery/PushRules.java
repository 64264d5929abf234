package io.nodeflame.collector.delivery;

import io.nodeflame.collector.profile.EncodedProfile;
import io.nodeflame.collector.profile.SeriesLabels;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** The server's own checks, made before anything is sent. */
final class PushRules {
  private static final String NAME_LABEL = "__name__";

  private final ServerLimits limits;

  PushRules(ServerLimits limits) {
    this.limits = limits;
  }

  /** Why this profile would never be accepted; empty when nothing speaks against it. */
  Optional<PushResult> refusal(EncodedProfile profile, Instant now) {
    SeriesLabels labels = profile.labels();
    // The profile type adds __name__.
    if (labels.asMap().size() + 1 > limits.maxLabelNames()) {
      return drop(
          DropReason.MAX_LABEL_NAMES_PER_SERIES, labels.asMap().size() + 1 + " label names");
    }
    for (Map.Entry<String, String> label : labels.asMap().entrySet()) {
      if (bytes(label.getKey()) > limits.maxLabelNameBytes()) {
        return drop(
            DropReason.LABEL_NAME_TOO_LONG, "label name of " + bytes(label.getKey()) + " B");
      }
      if (bytes(label.getValue()) > limits.maxLabelValueBytes()) {
        return drop(DropReason.LABEL_VALUE_TOO_LONG, "value of label " + label.getKey());
      }
      if (!StandardCharsets.UTF_8.newEncoder().canEncode(label.getValue())) {
        return drop(DropReason.INVALID_LABELS, "value of label " + label.getKey());
      }
    }
    if (profile.time().isAfter(now.plus(limits.maxFuture()))) {
      return drop(
          DropReason.NOT_IN_INGESTION_WINDOW,
          "time " + profile.time() + " is in the future: the clock of this node was wrong");
    }
    return Optional.empty();
  }

  /** Whether it must be split first: the rate limiter could never let it pass. */
  boolean isTooLarge(EncodedProfile profile) {
    long charged = labelBytes(profile) + profile.uncompressedBytes();
    return charged > limits.burstBytes() || profile.uncompressedBytes() > limits.maxProfileBytes();
  }

  private static long labelBytes(EncodedProfile profile) {
    long sum = NAME_LABEL.length();
    sum += profile.type().profileName().length();
    for (Map.Entry<String, String> label : profile.labels().asMap().entrySet()) {
      sum += bytes(label.getKey());
      sum += bytes(label.getValue());
    }
    return sum;
  }

  private static Optional<PushResult> drop(DropReason reason, String detail) {
    return Optional.of(PushResult.drop(reason, detail));
  }

  /** Length in UTF-8, as servers count it. */
  private static int bytes(String text) {
    int count = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // A surrogate is half of four bytes.
      count += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return count;
  }
}
