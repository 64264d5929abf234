package io.nodeflame.discovery.kubernetes;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What is in the way at the moment. Each problem is said when it begins, but one that comes and
 * goes only once in ten minutes.
 */
final class Problems {
  private static final long INTERVAL_NANOS = Duration.ofMinutes(10).toNanos();
  private static final int MAX_CAUSE_CHARS = 200;

  private final Map<Object, String> open = new HashMap<>();
  private final Map<Object, Long> saidNanos = new HashMap<>();
  private final Consumer<String> warnings;
  private final LongSupplier monotonicNanos;

  Problems(Consumer<String> warnings, LongSupplier monotonicNanos) {
    this.warnings = warnings;
    this.monotonicNanos = monotonicNanos;
  }

  /**
   * Opens a problem, unless it is open.
   *
   * @param problem tells it from others by its equality; there are few
   */
  synchronized void say(Object problem, String sentence) {
    if (open.putIfAbsent(problem, sentence) != null) {
      return;
    }
    long now = monotonicNanos.getAsLong();
    Long said = saidNanos.get(problem);
    if (said == null || now - said >= INTERVAL_NANOS) {
      saidNanos.put(problem, now);
      warnings.accept(sentence);
    }
  }

  synchronized void solved(Object problem) {
    open.remove(problem);
  }

  /** The sentence of an open problem, or the empty string. */
  synchronized String sentence(Object problem) {
    return open.getOrDefault(problem, "");
  }

  /** The innermost cause in a few words. */
  static String cause(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause.getCause() != null && depth < 16; depth++) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    String text =
        cause.getClass().getSimpleName()
            + (message == null ? "" : ": " + message.replace('\n', ' '));
    return text.length() <= MAX_CAUSE_CHARS ? text : text.substring(0, MAX_CAUSE_CHARS) + "...";
  }
}
