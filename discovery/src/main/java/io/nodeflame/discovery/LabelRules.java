package io.nodeflame.discovery;

/** What a label's name and value may be. */
public final class LabelRules {
  private LabelRules() {}

  /** A sentence without the value, which may be hostile; empty when the label is good. */
  public static String problem(String name, String value) {
    if (!isName(name)) {
      return "label name '" + PlainText.of(name, Labels.MAX_NAME_CHARS) + "' is not allowed";
    }
    if (value.isEmpty()) {
      return "label '" + name + "' has no value";
    }
    if (value.length() > Labels.MAX_VALUE_CHARS) {
      return "label '" + name + "' is longer than " + Labels.MAX_VALUE_CHARS;
    }
    return PlainText.isPlain(value) ? "" : "label '" + name + "' has a character that is not text";
  }

  private static boolean isName(String name) {
    if (name.isEmpty() || name.length() > Labels.MAX_NAME_CHARS || name.startsWith("__")) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      if (!letter && (i == 0 || c < '0' || c > '9')) {
        return false;
      }
    }
    return true;
  }
}
