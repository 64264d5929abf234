package io.nodeflame.discovery.relabel;

/** What a label's name may be, and a name made of a regular expression's groups. */
final class LabelName {
  /** Longer than any that Kubernetes gives: a prefix of ours and an annotation's 317 characters. */
  static final int MAX_CHARS = 512;

  private LabelName() {}

  static boolean isValid(String name) {
    if (name.isEmpty() || name.length() > MAX_CHARS || isDigit(name.charAt(0))) {
      return false;
    }
    return wordEnd(name, 0) == name.length();
  }

  /** As a label's name, but groups as {@code $1}, <code>${1}</code> or {@code $name} within. */
  static boolean isTemplate(String text) {
    if (text.isEmpty() || text.length() > MAX_CHARS || isDigit(text.charAt(0))) {
      return false;
    }
    int at = wordEnd(text, 0);
    while (at < text.length()) {
      at = text.charAt(at) == '$' ? referenceEnd(text, at) : -1;
      if (at < 0) {
        return false;
      }
      at = wordEnd(text, at);
    }
    return true;
  }

  /** Where the reference ends that starts with a dollar sign; negative when it is none. */
  private static int referenceEnd(String text, int dollar) {
    boolean braced = text.startsWith("${", dollar);
    int start = dollar + (braced ? 2 : 1);
    int end = wordEnd(text, start);
    if (end == start || (braced && !text.startsWith("}", end))) {
      return -1;
    }
    return braced ? end + 1 : end;
  }

  private static int wordEnd(String text, int start) {
    int end = start;
    while (end < text.length() && isWord(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isWord(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || isDigit(c);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
