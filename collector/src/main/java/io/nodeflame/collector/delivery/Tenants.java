package io.nodeflame.collector.delivery;

import io.nodeflame.collector.profile.SeriesLabels;
import io.nodeflame.collector.profile.TenantId;
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
    if (TenantId.isValid(value)) {
      return Optional.of(value);
    }
    return areByLabel() && otherwise.isEmpty() ? Optional.empty() : Optional.of(otherwise);
  }
}
