package io.nodeflame.discovery;

/** Text that is safe in a label, a log line and a terminal. */
public final class PlainText {
  private PlainText() {}

  public static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      if (!isPlain(c)) {
        return false;
      }
      i += Character.charCount(c);
    }
    return true;
  }

  /** Cut to a number of characters, each unsafe one replaced by an underscore, no outer blanks. */
  public static String of(String hostile, int maxChars) {
    StringBuilder plain = new StringBuilder(Math.min(hostile.length(), maxChars));
    for (int i = 0; i < hostile.length(); ) {
      int c = hostile.codePointAt(i);
      int safe = isPlain(c) ? c : '_';
      if (plain.length() + Character.charCount(safe) > maxChars) {
        break;
      }
      plain.appendCodePoint(safe);
      i += Character.charCount(c);
    }
    return plain.toString().strip();
  }

  /** No controls, no lone surrogates, nothing unassigned, and nothing that turns text around. */
  private static boolean isPlain(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
