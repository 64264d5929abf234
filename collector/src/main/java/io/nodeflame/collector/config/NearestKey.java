package io.nodeflame.collector.config;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Finds the key that a mistyped one was probably meant to be. */
final class NearestKey {
  private static final int MAX_CHARS = 64;

  private NearestKey() {}

  /** The closest candidate with at most one wrong letter in three, at most three in all. */
  static Optional<String> of(String key, Set<String> candidates) {
    if (key.length() > MAX_CHARS) {
      return Optional.empty();
    }
    String typed = letters(key);
    Optional<String> nearest = Optional.empty();
    int fewest = Math.min(3, (typed.length() + 2) / 3) + 1;
    for (String candidate : candidates) {
      int distance = distance(typed, letters(candidate));
      if (distance < fewest) {
        fewest = distance;
        nearest = Optional.of(candidate);
      }
    }
    return nearest;
  }

  /** {@code frequency_hz} and {@code Frequency-Hz} are {@code frequencyHz} in other clothes. */
  private static String letters(String key) {
    return key.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
  }

  /** Letters to insert, remove or replace to turn one into the other. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
