package io.nodeflame.symbolizer.process;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Turns the same bytes into the same String: hundreds of processes map the same few libraries. Each
 * slot keeps the last path that fell into it, so that the pool never grows.
 */
final class PathPool {
  private static final int SLOTS = 1024;
  private final @Nullable String[] slots = new @Nullable String[SLOTS];

  /** The text as UTF-8, with replacement of what is not. */
  String get(byte[] bytes, int from, int to) {
    if (from >= to) {
      return "";
    }
    int hash = 0;
    boolean ascii = true;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + bytes[i];
      ascii &= bytes[i] >= 0;
    }
    if (!ascii) {
      return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }
    int slot = (hash ^ (hash >>> 10) ^ (hash >>> 20)) & (SLOTS - 1);
    String known = slots[slot];
    if (known == null || !matches(known, bytes, from, to)) {
      known = new String(bytes, from, to - from, StandardCharsets.US_ASCII);
      slots[slot] = known;
    }
    return known;
  }

  private static boolean matches(String text, byte[] bytes, int from, int to) {
    if (text.length() != to - from) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (text.charAt(i - from) != bytes[i]) {
        return false;
      }
    }
    return true;
  }
}
