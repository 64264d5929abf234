package io.nodeflame.collector.delivery;

import io.nodeflame.collector.profile.SeriesLabels;
import java.util.Optional;

/**
 * Whose profiles they are, for servers with several tenants.
 *
 * @param label the series label whose value is the tenant; empty: all are of one
 * @param otherwise the tenant where that label is missing or no tenant's name; empty for none
 */
public record Tenants(String label, String otherwise) {
  /** A server without tenants. */
  public static final Tenants NONE = new Tenants("", "");

  private static final int MAX_CHARS = 150;
  private static final String ALSO_ALLOWED = "!-_.*'()";

  /** One tenant for everything. */
  public static Tenants one(String tenant) {
    return new Tenants("", tenant);
  }

  boolean areByLabel() {
    return !label.isEmpty();
  }

  /**
   * The tenant of a series, which is empty where the server has none; nothing when nobody can be
   * given the profile.
   */
  Optional<String> of(SeriesLabels labels) {
    String value = areByLabel() ? labels.asMap().getOrDefault(label, "") : "";
    if (isId(value)) {
      return Optional.of(value);
    }
    return areByLabel() && otherwise.isEmpty() ? Optional.empty() : Optional.of(otherwise);
  }

  /** Whether the server takes it as the name of a tenant: {@code docs/pyroscope.md}, 2.6. */
  public static boolean isId(String text) {
    if (text.isEmpty() || text.length() > MAX_CHARS || text.equals(".") || text.equals("..")) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean alphanumeric =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!alphanumeric && ALSO_ALLOWED.indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }
}
