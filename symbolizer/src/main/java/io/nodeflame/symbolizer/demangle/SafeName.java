package io.nodeflame.symbolizer.demangle;

/**
 * Makes a name that came from a profiled program harmless for terminals, logs, labels and protocol
 * buffers: no control characters, no unpaired surrogates, bounded length. Bytes that are not UTF-8
 * are already replaced when the name was decoded.
 */
public final class SafeName {
  /** Longest result in UTF-16 units, the ellipsis included. */
  public static final int MAX_LENGTH = 1024;

  private static final char REPLACEMENT = '\uFFFD';
  private static final char ELLIPSIS = '\u2026';

  private SafeName() {}

  /** The same string when nothing had to change. */
  public static String of(String name) {
    int end = Math.min(name.length(), MAX_LENGTH);
    for (int i = 0; i < end; i++) {
      char c = name.charAt(i);
      if (Character.isSurrogate(c) || isUnsafe(c)) {
        return clean(name);
      }
    }
    return name.length() <= MAX_LENGTH ? name : name.substring(0, MAX_LENGTH - 1) + ELLIPSIS;
  }

  private static String clean(String name) {
    boolean isCut = name.length() > MAX_LENGTH;
    int end = isCut ? MAX_LENGTH - 1 : name.length();
    StringBuilder out = new StringBuilder(end + 1);
    for (int i = 0; i < end; i++) {
      char c = name.charAt(i);
      if (Character.isHighSurrogate(c) && i + 1 < end && isLow(name.charAt(i + 1))) {
        out.append(c).append(name.charAt(++i));
      } else {
        out.append(Character.isSurrogate(c) || isUnsafe(c) ? REPLACEMENT : c);
      }
    }
    if (isCut) {
      out.append(ELLIPSIS);
    }
    return out.toString();
  }

  private static boolean isLow(char c) {
    return Character.isLowSurrogate(c);
  }

  /** C0, DEL, C1, line and paragraph separators, and the bidirectional controls. */
  private static boolean isUnsafe(char c) {
    return c < 0x20
        || (c >= 0x7f && c < 0xa0)
        || c == 0x061c
        || c == 0x200e
        || c == 0x200f
        || (c >= 0x2028 && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069);
  }
}
