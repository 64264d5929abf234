package io.nodeflame.collector.config;

import java.util.Map;

/**
 * Replaces <code>${NAME}</code> and <code>${NAME:-default}</code> in a value, once: what a variable
 * holds is never expanded again. As in a shell, the default also stands in for an empty variable.
 * <code>$${</code> gives a literal <code>${</code>, and <code>${1}</code> stays as it is: relabel
 * rules use it.
 */
final class EnvExpansion {
  /** Bounds what many references to one long variable can add up to. */
  static final int MAX_TOTAL_CHARS = 1 << 20;

  /**
   * @param text the value
   * @param onlyReferences the value as written holds variables and nothing else, so that showing
   *     how it is written shows no secret
   * @param problem empty when all is well
   */
  record Expanded(String text, boolean onlyReferences, String problem) {}

  private final Map<String, String> env;
  private int total;

  EnvExpansion(Map<String, String> env) {
    this.env = env;
  }

  Expanded expand(String raw) {
    StringBuilder text = new StringBuilder();
    boolean onlyReferences = !raw.isEmpty();
    int at = 0;
    while (at < raw.length()) {
      if (raw.startsWith("$${", at)) {
        text.append("${");
        at += 3;
        onlyReferences = false;
      } else if (!startsReference(raw, at)) {
        text.append(raw.charAt(at++));
        onlyReferences = false;
      } else {
        int end = raw.indexOf('}', at);
        if (end < 0) {
          return problem("a variable as ${NAME} or ${NAME:-default}; a literal '${' as '$${'");
        }
        String reference = raw.substring(at + 2, end);
        int split = reference.indexOf(":-");
        String name = split < 0 ? reference : reference.substring(0, split);
        if (!isName(name)) {
          return problem("a variable as ${NAME} or ${NAME:-default}; a literal '${' as '$${'");
        }
        String value = env.get(name);
        if (value == null && split < 0) {
          return problem(
              "a variable that is set; "
                  + name
                  + " is not (or write a default, ${"
                  + name
                  + ":-...})");
        }
        boolean useDefault = split >= 0 && (value == null || value.isEmpty());
        onlyReferences &= split < 0 || reference.length() == split + 2;
        text.append(useDefault ? reference.substring(split + 2) : value);
        at = end + 1;
      }
      if (total + text.length() > MAX_TOTAL_CHARS) {
        return problem("at most " + MAX_TOTAL_CHARS + " characters after variables are expanded");
      }
    }
    total += text.length();
    return new Expanded(text.toString(), onlyReferences, "");
  }

  /** Writes text so that {@link #expand} gives it back. */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (startsReference(text, i)) {
        escaped.append('$');
      }
      escaped.append(text.charAt(i));
    }
    return escaped.toString();
  }

  private static boolean startsReference(String text, int at) {
    return text.startsWith("${", at) && !(at + 2 < text.length() && isDigit(text.charAt(at + 2)));
  }

  private static boolean isName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!(c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c))) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static Expanded problem(String allowed) {
    return new Expanded("", false, allowed);
  }
}
