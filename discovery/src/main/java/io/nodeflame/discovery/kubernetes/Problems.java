package io.nodeflame.discovery.kubernetes;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** What is in the way at the moment: each problem is said once, until it is solved. */
final class Problems {
  private static final int MAX_CAUSE_CHARS = 200;

  private final Map<Object, String> open = new LinkedHashMap<>();
  private final Consumer<String> warnings;

  Problems(Consumer<String> warnings) {
    this.warnings = warnings;
  }

  synchronized void say(Object problem, String sentence) {
    if (open.putIfAbsent(problem, sentence) == null) {
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
