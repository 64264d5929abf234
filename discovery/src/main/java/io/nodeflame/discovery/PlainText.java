package io.nodeflame.discovery;

/** Text that is safe in a label, a log line and a terminal. */
public final class PlainText {
  private static final char CUT = '\u2026';

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

  /**
   * Each unsafe character replaced by an underscore, no outer blanks; what has more than so many
   * characters, at least one, ends in an ellipsis that counts as one of them.
   */
  public static String of(String hostile, int maxChars) {
    StringBuilder plain = new StringBuilder(Math.min(hostile.length(), maxChars));
    int cut = 0; // where the ellipsis goes, if it must
    for (int i = 0; i < hostile.length(); ) {
      int c = hostile.codePointAt(i);
      int safe = isPlain(c) ? c : '_';
      if (plain.length() + Character.charCount(safe) > maxChars) {
        return hostile.substring(i).isBlank()
            ? plain.toString().strip()
            : plain.substring(0, cut).strip() + CUT;
      }
      plain.appendCodePoint(safe);
      if (plain.length() < maxChars) {
        cut = plain.length();
      }
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
