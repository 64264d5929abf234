package io.nodeflame.discovery.pod;

import org.jspecify.annotations.Nullable;

/**
 * Gives equal strings the same object, as far as a table of fixed size remembers them. Pods of one
 * workload repeat nearly all of their text.
 *
 * <p>May be used by several threads: strings are immutable, and a lost write only loses sharing.
 */
public final class SharedStrings {
  /** Longer ones are rare and seldom equal. */
  static final int MAX_CHARS = 320;

  private final @Nullable String[] slots;

  /**
   * Remembers nothing yet.
   *
   * @param slots how many strings are remembered at most; rounded up to a power of two
   */
  public SharedStrings(int slots) {
    if (slots < 1 || slots > 1 << 20) {
      throw new IllegalArgumentException("slots " + slots + " is not within 1 and 2^20");
    }
    this.slots = new @Nullable String[Integer.highestOneBit(Math.max(2, 2 * slots - 1))];
  }

  /** An equal string. */
  public String share(String text) {
    if (text.isEmpty()) {
      return "";
    }
    if (text.length() > MAX_CHARS) {
      return text;
    }
    int hash = text.hashCode();
    int slot = (hash ^ (hash >>> 16)) & (slots.length - 1);
    String known = slots[slot];
    if (text.equals(known)) {
      return known;
    }
    slots[slot] = text;
    return text;
  }

  int capacity() {
    return slots.length;
  }
}
