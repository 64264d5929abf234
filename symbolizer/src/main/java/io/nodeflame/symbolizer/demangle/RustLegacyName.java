package io.nodeflame.symbolizer.demangle;

/**
 * Rust's first mangling: {@code _ZN}, length-prefixed parts, the last one {@code h} and a hash of
 * 16 hex digits, {@code E}. Within parts {@code ..} is {@code ::} and {@code $LT$} and the like are
 * punctuation.
 */
final class RustLegacyName {
  private static final int HASH_PART_LENGTH = 17;
  private static final String[] ESCAPES = {
    "SP", "@", "BP", "*", "RF", "&", "LT", "<", "GT", ">", "LP", "(", "RP", ")", "C", ","
  };

  private RustLegacyName() {}

  /** Whether it ends in a hash part, perhaps with a suffix behind a dot. */
  static boolean isLegacy(String name) {
    if (!name.startsWith("_ZN")) {
      return false;
    }
    int end = end(name);
    int hash = end - 1 - HASH_PART_LENGTH;
    return hash > 5
        && name.charAt(end - 1) == 'E'
        && name.startsWith("17h", hash - 2)
        && isHash(name, hash + 1, end - 1);
  }

  private static boolean isHash(String name, int start, int end) {
    for (int i = start; i < end; i++) {
      char c = name.charAt(i);
      if (!MangledText.isDigit(c) && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  /** Parts may hold dots, so the suffix starts at the first dot behind an E. */
  private static int end(String name) {
    int llvm = name.lastIndexOf("E.");
    return llvm < 0 ? name.length() : llvm + 1;
  }

  static String demangle(String name, Style style) {
    int end = end(name) - 1;
    StringBuilder out = new StringBuilder(name.length());
    int position = 3;
    while (position < end) {
      int length = 0;
      int digits = position;
      while (position < end && MangledText.isDigit(name.charAt(position))) {
        length = length * 10 + (name.charAt(position++) - '0');
        if (length > end) {
          throw new NotMangledException();
        }
      }
      if (position == digits || length > end - position) {
        throw new NotMangledException();
      }
      int next = position + length;
      if (next == end && style == Style.SIMPLIFIED) {
        break;
      }
      if (out.length() > 0) {
        out.append("::");
      }
      unescape(name, position, next, out);
      position = next;
    }
    if (out.length() > Demangler.MAX_LENGTH) {
      throw new NotMangledException();
    }
    return style == Style.SIMPLIFIED
        ? RustArguments.shorten(out, Demangler.MAX_ARGUMENTS_LENGTH)
        : out.toString();
  }

  private static void unescape(String name, int start, int end, StringBuilder out) {
    int i = start;
    // A part that starts with an escape has an underscore before it, to be an identifier.
    if (name.startsWith("_$", start)) {
      i++;
    }
    while (i < end) {
      char c = name.charAt(i);
      if (c == '.') {
        boolean isPath = i + 1 < end && name.charAt(i + 1) == '.';
        out.append(isPath ? "::" : ".");
        i += isPath ? 2 : 1;
      } else if (c == '$') {
        int close = name.indexOf('$', i + 1);
        if (close < 0 || close >= end) {
          throw new NotMangledException();
        }
        escape(name.substring(i + 1, close), out);
        i = close + 1;
      } else {
        out.append(c);
        i++;
      }
    }
  }

  private static void escape(String code, StringBuilder out) {
    for (int i = 0; i < ESCAPES.length; i += 2) {
      if (ESCAPES[i].equals(code)) {
        out.append(ESCAPES[i + 1]);
        return;
      }
    }
    int codePoint = 0;
    if (code.length() < 2 || code.length() > 7 || code.charAt(0) != 'u') {
      throw new NotMangledException();
    }
    for (int i = 1; i < code.length(); i++) {
      int digit = Character.digit(code.charAt(i), 16);
      if (digit < 0) {
        throw new NotMangledException();
      }
      codePoint = codePoint * 16 + digit;
    }
    if (!Character.isValidCodePoint(codePoint)) {
      throw new NotMangledException();
    }
    out.appendCodePoint(codePoint);
  }
}
