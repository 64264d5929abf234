package io.nodeflame.collector.delivery;

import java.time.Duration;

/**
 * What became of one push.
 *
 * @param outcome what to do next
 * @param reason why it was not delivered, or for {@link Outcome#RETRY} what is said if it never is;
 *     without meaning when delivered
 * @param detail one line for the log; the server's own words where it had any
 * @param retryAfter how long the server asked to be left alone, zero when it did not
 */
public record PushResult(Outcome outcome, DropReason reason, String detail, Duration retryAfter) {

  /** What to do with the profile. */
  public enum Outcome {
    DELIVERED,
    /** The same bytes once more, later. */
    RETRY,
    /** Too large as a whole. */
    SPLIT,
    /** Never accepted, however often it is sent. */
    DROP
  }

  static final PushResult DELIVERED =
      new PushResult(Outcome.DELIVERED, DropReason.INTERNAL, "delivered", Duration.ZERO);

  static PushResult drop(DropReason reason, String detail) {
    return new PushResult(Outcome.DROP, reason, detail, Duration.ZERO);
  }

  static PushResult split(DropReason reason, String detail) {
    return new PushResult(Outcome.SPLIT, reason, detail, Duration.ZERO);
  }

  static PushResult retry(DropReason reason, String detail, Duration retryAfter) {
    return new PushResult(Outcome.RETRY, reason, detail, retryAfter);
  }

  /** Trouble of network or server, which has nothing to do with the profile. */
  static PushResult unavailable(String detail) {
    return retry(DropReason.NOT_IN_INGESTION_WINDOW, detail, Duration.ZERO);
  }
}
