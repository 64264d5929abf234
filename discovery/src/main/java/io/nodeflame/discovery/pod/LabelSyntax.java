package io.nodeflame.discovery.pod;

/** Keys and values of labels, as the API server checks them. */
final class LabelSyntax {
  private static final int MAX_NAME_CHARS = 63;
  private static final int MAX_PREFIX_CHARS = 253;

  private LabelSyntax() {}

  /** An optional DNS name with a slash, and a name. */
  static boolean isKey(String key) {
    int slash = key.indexOf('/');
    String name = key.substring(slash + 1);
    return !name.isEmpty() && isValue(name) && (slash < 0 || isDnsName(key.substring(0, slash)));
  }

  /** Letters, digits, and inside of it also dashes, underscores and dots; or nothing. */
  static boolean isValue(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean outer = i == 0 || i == value.length() - 1;
      if (!isAlphanumeric(c) && (outer || (c != '-' && c != '_' && c != '.'))) {
        return false;
      }
    }
    return value.length() <= MAX_NAME_CHARS;
  }

  private static boolean isDnsName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean outer = i == 0 || i == name.length() - 1;
      boolean allowed = isAlphanumeric(c) && (c < 'A' || c > 'Z');
      if (!allowed && (outer || (c != '-' && c != '.'))) {
        return false;
      }
    }
    return !name.isEmpty() && name.length() <= MAX_PREFIX_CHARS;
  }

  private static boolean isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
