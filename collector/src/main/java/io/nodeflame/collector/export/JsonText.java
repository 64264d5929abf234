package io.nodeflame.collector.export;

import java.io.IOException;

/** Strings as JSON that may stand within HTML and JavaScript. */
final class JsonText {
  private static final String HEX = "0123456789abcdef";

  private JsonText() {}

  static void write(String text, Appendable out) throws IOException {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isPlain(c)) {
        out.append(c);
      } else {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
          out.append(HEX.charAt(c >> shift & 0xf));
        }
      }
    }
    out.append('"');
  }

  /** Not so: what ends a script element, a comment, a string or, in JavaScript, a line. */
  private static boolean isPlain(char c) {
    boolean special = c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' || c == '\'';
    boolean lineEnd = c == '\u2028' || c == '\u2029';
    return c >= ' ' && c != 0x7f && !special && !lineEnd && !Character.isSurrogate(c);
  }
}
