package io.nodeflame.collector.config;

/**
 * One mistake in the configuration.
 *
 * @param line line in the file, from 1; 0 when the mistake has no place in it
 * @param key full key such as {@code pyroscope[0].url}; empty when the whole file is meant
 * @param value the value as the file has it, before variables are expanded; empty when there is
 *     none or it must not be shown
 * @param allowed what would be right
 */
public record Problem(int line, String key, String value, String allowed) {
  private static final int MAX_SHOWN_CHARS = 80;

  public Problem {
    value = shown(value);
    key = shown(key);
  }

  /** All of it in one line. */
  @Override
  public String toString() {
    StringBuilder sentence = new StringBuilder();
    if (line > 0) {
      sentence.append("line ").append(line).append(": ");
    }
    if (!key.isEmpty()) {
      sentence.append(key).append(": ");
    }
    if (!value.isEmpty()) {
      sentence.append('\'').append(value).append("' is not allowed; allowed: ");
    }
    return sentence.append(allowed).toString();
  }

  private static String shown(String value) {
    String text = withoutCredentials(value);
    StringBuilder clean = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (clean.length() == MAX_SHOWN_CHARS) {
        return clean.append("...").toString();
      }
      char c = text.charAt(i);
      clean.append(Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c);
    }
    return clean.toString();
  }

  /** A URL keeps neither its user part nor its query: both carry passwords and tokens. */
  private static String withoutCredentials(String value) {
    int scheme = value.indexOf("://");
    if (scheme < 0) {
      return value;
    }
    int query = value.indexOf('?');
    String text = query < 0 ? value : value.substring(0, query) + "?***";
    int at = text.lastIndexOf('@');
    return at < scheme ? text : text.substring(0, scheme + 3) + "***" + text.substring(at);
  }
}
