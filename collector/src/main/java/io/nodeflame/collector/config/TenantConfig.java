package io.nodeflame.collector.config;

import io.nodeflame.collector.profile.TenantId;
import java.util.Optional;

/**
 * Whose profiles an endpoint gets; the keys are {@code tenantId} and {@code tenantFrom}.
 *
 * @param id empty when the server has one tenant
 * @param from the series label whose value is the tenant, such as {@code namespace}, where it has
 *     one; empty when {@code id} is the tenant of all
 */
public record TenantConfig(String id, String from) {
  /** Pyroscope's rule; {@code a|b} would be several, which a push cannot have. */
  private static final Rule<String> ID =
      new Rule<>(
          "at most 150 letters, digits and ! - _ . * ' ( )",
          Optional::of,
          id -> id.isEmpty() || TenantId.isValid(id));

  private static final Rule<String> FROM =
      new Rule<>(
          "a label name such as namespace",
          Rules.LABEL_NAME.parser(),
          name -> name.isEmpty() || Rules.LABEL_NAME.accepts().test(name));

  public static final TenantConfig NONE = new TenantConfig("", "");

  public TenantConfig {
    ID.require("pyroscope.tenantId", id);
    FROM.require("pyroscope.tenantFrom", from);
  }

  /** Of the endpoint's own section. */
  static TenantConfig read(Section endpoint) {
    return new TenantConfig(
        endpoint.value("tenantId", "", ID), endpoint.value("tenantFrom", "", FROM));
  }

  void printTo(PrintedSection endpoint) {
    endpoint.text("tenantId", id).text("tenantFrom", from);
  }
}
