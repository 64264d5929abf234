package io.nodeflame.collector.delivery;

import io.nodeflame.collector.profile.ProfileType;
import java.util.Map;
import java.util.SortedMap;

/** A series as one number. */
final class SeriesHash {
  private static final long PRIME = 0x100000001b3L;

  private SeriesHash() {}

  /** 64 bits, so that even 100,000 series hardly ever share one. */
  static long of(ProfileType type, SortedMap<String, String> labels) {
    long hash = text(0xcbf29ce484222325L, type.profileName());
    for (Map.Entry<String, String> label : labels.entrySet()) {
      hash = text(text(hash, label.getKey()), label.getValue());
    }
    // The table takes low bits, which the last characters alone would decide.
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    return hash ^ (hash >>> 33);
  }

  /** With its length: "ab" and "c" are not "a" and "bc". */
  private static long text(long hash, String text) {
    long next = (hash ^ text.length()) * PRIME;
    for (int i = 0; i < text.length(); i++) {
      next = (next ^ text.charAt(i)) * PRIME;
    }
    return next;
  }
}
