package io.nodeflame.collector.truth;

import java.util.Collections;
import java.util.List;

/**
 * A stack as a profile has it.
 *
 * @param frames functions, root first
 * @param kinds the kind of each frame, such as {@code kernel}
 * @param nanos its value
 */
record SampledStack(List<String> frames, List<String> kinds, long nanos) {
  boolean isComplete() {
    return !frames.get(0).startsWith("[unwind failed") && !frames.get(0).equals("[truncated]");
  }

  /** Whether these functions call one another in this order, each directly. */
  boolean hasChain(List<String> functions) {
    return Collections.indexOfSubList(frames, functions) >= 0;
  }

  boolean has(String function) {
    return frames.contains(function);
  }

  boolean hasKind(String kind) {
    return kinds.contains(kind);
  }

  String text() {
    return String.join(";", frames);
  }
}
