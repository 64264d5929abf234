package io.nodeflame.collector.config;

import java.util.OptionalLong;

/** Numbers of bytes as people write them: {@code 512MiB}, {@code 1GiB}, {@code 100MB}. */
public final class ByteSizeText {
  private static final String[] UNITS = {"TiB", "GiB", "MiB", "KiB", "TB", "GB", "MB", "kB", "B"};
  private static final long[] BYTES = {
    1L << 40, 1L << 30, 1L << 20, 1L << 10, 1_000_000_000_000L, 1_000_000_000, 1_000_000, 1000, 1
  };
  private static final int MAX_DIGITS = 15;

  private ByteSizeText() {}

  /** A whole number and a unit; empty when it is not that, or more than a long holds. */
  public static OptionalLong parse(String text) {
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    String unit = text.substring(digits);
    if (digits == 0 || digits > MAX_DIGITS) {
      return OptionalLong.empty();
    }
    long number = Long.parseLong(text.substring(0, digits));
    for (int i = 0; i < UNITS.length; i++) {
      if (UNITS[i].equals(unit) && number <= Long.MAX_VALUE / BYTES[i]) {
        return OptionalLong.of(number * BYTES[i]);
      }
    }
    return OptionalLong.empty();
  }

  /** The shortest exact text: {@code 512MiB}, not {@code 536870912B}. */
  public static String format(long bytes) {
    for (int i = 0; i < UNITS.length; i++) {
      if (bytes != 0 && bytes % BYTES[i] == 0) {
        return bytes / BYTES[i] + UNITS[i];
      }
    }
    return bytes + "B";
  }
}
