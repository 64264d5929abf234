package io.nodeflame.collector.delivery;

import java.time.Instant;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Profiles that wait, in the order they came. Guarded by the queue's lock. */
final class WaitingProfiles {
  private final TreeMap<Long, WaitingProfile> bySequence = new TreeMap<>();
  private long heldBytes;

  void add(WaitingProfile waiting) {
    bySequence.put(waiting.sequence, waiting);
    heldBytes += waiting.heldBytes();
  }

  boolean isEmpty() {
    return bySequence.isEmpty();
  }

  int size() {
    return bySequence.size();
  }

  long heldBytes() {
    return heldBytes;
  }

  @Nullable WaitingProfile oldest() {
    return bySequence.isEmpty() ? null : bySequence.firstEntry().getValue();
  }

  @Nullable WaitingProfile pollOldest() {
    return remove(oldest());
  }

  /** Takes the oldest that was made before that time; null when all are younger. */
  @Nullable WaitingProfile pollOlderThan(Instant time) {
    // Times do not quite follow the order of arrival: parts of a split come back late.
    for (WaitingProfile waiting : bySequence.values()) {
      if (waiting.profile.time().isBefore(time)) {
        return remove(waiting);
      }
    }
    return null;
  }

  /**
   * Takes the oldest whose time to be tried has come; null when there is none.
   *
   * @param wait how long until then
   */
  @Nullable WaitingProfile pollDue(ToLongFunction<WaitingProfile> wait) {
    for (WaitingProfile waiting : bySequence.values()) {
      if (wait.applyAsLong(waiting) <= 0) {
        return remove(waiting);
      }
    }
    return null;
  }

  /** How long until one is due, 0 when one is; {@code Long.MAX_VALUE} when none waits. */
  long nanosUntilDue(ToLongFunction<WaitingProfile> wait) {
    long least = Long.MAX_VALUE;
    for (WaitingProfile waiting : bySequence.values()) {
      long nanos = wait.applyAsLong(waiting);
      if (nanos <= 0) {
        return 0;
      }
      least = Math.min(least, nanos);
    }
    return least;
  }

  /** What failed because of the endpoint need not wait any longer; what it limited must. */
  void makeDue(long nowNanos) {
    for (WaitingProfile waiting : bySequence.values()) {
      if (!waiting.rateLimited) {
        waiting.dueNanos = Math.min(waiting.dueNanos, nowNanos);
      }
    }
  }

  private @Nullable WaitingProfile remove(@Nullable WaitingProfile waiting) {
    if (waiting != null) {
      bySequence.remove(waiting.sequence);
      heldBytes -= waiting.heldBytes();
    }
    return waiting;
  }
}
