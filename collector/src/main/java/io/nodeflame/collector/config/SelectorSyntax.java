package io.nodeflame.collector.config;

import java.util.regex.Pattern;

/**
 * Tells whether text is a Kubernetes label selector: {@code key}, {@code !key}, {@code key=value},
 * {@code key!=value}, {@code key in (a,b)}, {@code key notin (a,b)}, with commas between.
 */
final class SelectorSyntax {
  private static final int MAX_CHARS = 1024;

  /** An optional DNS prefix and a name, as Kubernetes wants label keys. */
  static final String KEY =
      "([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?";

  private static final String VALUE = "([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?";

  private static final Pattern REQUIREMENT =
      Pattern.compile(
          "\\s*(!\\s*"
              + KEY
              + "|"
              + KEY
              + "(\\s*(=|==|!=)\\s*"
              + VALUE
              + "|\\s+(in|notin)\\s*\\(\\s*"
              + VALUE
              + "(\\s*,\\s*"
              + VALUE
              + ")*+\\s*\\))?)\\s*");

  private SelectorSyntax() {}

  /** Empty text is valid: it selects everything. */
  static boolean isValid(String selector) {
    if (selector.length() > MAX_CHARS) {
      return false;
    }
    if (selector.isBlank()) {
      return selector.isEmpty();
    }
    int start = 0;
    boolean inside = false;
    for (int i = 0; i < selector.length(); i++) {
      char c = selector.charAt(i);
      inside = c == '(' || (inside && c != ')');
      if (c == ',' && !inside) {
        if (!isRequirement(selector.substring(start, i))) {
          return false;
        }
        start = i + 1;
      }
    }
    return isRequirement(selector.substring(start));
  }

  private static boolean isRequirement(String text) {
    return REQUIREMENT.matcher(text).matches();
  }
}
