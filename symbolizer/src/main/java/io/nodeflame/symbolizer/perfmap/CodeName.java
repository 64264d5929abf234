package io.nodeflame.symbolizer.perfmap;

import java.nio.charset.StandardCharsets;

/** Names come from the process and end up in terminals and in pages: they are text only. */
final class CodeName {
  private static final char REPLACEMENT = '\uFFFD';

  private CodeName() {}

  /** UTF-8 with replacement of what is not, and of control characters. */
  static String of(byte[] bytes) {
    String name = new String(bytes, StandardCharsets.UTF_8);
    for (int i = 0; i < name.length(); i++) {
      if (isControl(name.charAt(i))) {
        return replaceControls(name);
      }
    }
    return name;
  }

  private static String replaceControls(String name) {
    StringBuilder clean = new StringBuilder(name);
    for (int i = 0; i < clean.length(); i++) {
      if (isControl(clean.charAt(i))) {
        clean.setCharAt(i, REPLACEMENT);
      }
    }
    return clean.toString();
  }

  /** C0, C1, and the marks that change the direction of the text around them. */
  private static boolean isControl(char character) {
    return Character.isISOControl(character)
        || (character >= '\u202A' && character <= '\u202E')
        || (character >= '\u2066' && character <= '\u2069');
  }
}
