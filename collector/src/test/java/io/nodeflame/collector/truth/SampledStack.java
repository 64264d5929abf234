package io.nodeflame.collector.truth;

import java.util.Collections;
import java.util.List;

/**
 * A stack as a profile has it.
 *
 * @param frames functions, root first
 * @param kinds the kind of each frame, such as {@code kernel}
 * @param places source file and line of each frame, such as {@code Loads.java:12}
 * @param nanos its value
 */
record SampledStack(List<String> frames, List<String> kinds, List<String> places, long nanos) {
  boolean isComplete() {
    return !frames.get(0).startsWith("[unwind failed") && !frames.get(0).equals("[truncated]");
  }

  /** Whether these functions call one another in this order, each directly. */
  boolean hasChain(List<String> functions) {
    return Collections.indexOfSubList(frames, functions) >= 0;
  }

  /** Whether the function is there, and each time at this place. */
  boolean hasAt(String function, String place) {
    for (int i = 0; i < frames.size(); i++) {
      if (frames.get(i).equals(function) && !places.get(i).equals(place)) {
        return false;
      }
    }
    return has(function);
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
