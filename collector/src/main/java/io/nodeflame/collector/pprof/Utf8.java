package io.nodeflame.collector.pprof;

/** Text of profiled programs as valid UTF-8 of bounded length. */
final class Utf8 {
  private static final char REPLACEMENT = '\uFFFD';
  private static final char CUT = '\u2026';

  private Utf8() {}

  /**
   * Appends the text. A surrogate without its partner, which UTF-8 cannot hold, becomes U+FFFD; a
   * text that is too long ends, behind the last whole character that fits, in an ellipsis.
   *
   * @param maxBytes at least 3 for a text that may be cut
   */
  static void append(String text, int maxBytes, WireBuffer out) {
    out.ensure((int) Math.min(maxBytes, text.length() * 3L));
    int limit = out.length() + maxBytes;
    int cut = out.length(); // where the ellipsis goes, if it must
    for (int i = 0; i < text.length(); ) {
      int codePoint = text.codePointAt(i);
      i += Character.charCount(codePoint);
      if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
        codePoint = REPLACEMENT;
      }
      if (out.length() + byteCount(codePoint) > limit) {
        out.truncate(cut);
        append(CUT, out);
        return;
      }
      append(codePoint, out);
      if (out.length() + byteCount(CUT) <= limit) {
        cut = out.length();
      }
    }
  }

  private static int byteCount(int codePoint) {
    if (codePoint < 0x80) {
      return 1;
    }
    if (codePoint < 0x800) {
      return 2;
    }
    return codePoint < 0x10000 ? 3 : 4;
  }

  private static void append(int codePoint, WireBuffer out) {
    int count = byteCount(codePoint);
    if (count == 1) {
      out.rawByte(codePoint);
      return;
    }
    // The first byte says how many follow: 110xxxxx, 1110xxxx or 11110xxx.
    int shift = 6 * (count - 1);
    out.rawByte(0xf00 >> count | codePoint >> shift);
    while (shift > 0) {
      shift -= 6;
      out.rawByte(0x80 | (codePoint >> shift & 0x3f));
    }
  }
}
