package io.nodeflame.collector.delivery;

import java.time.Duration;
import java.util.Map;

/**
 * How a push looks on the wire.
 *
 * @param tenants value of {@code X-Scope-OrgID}, which is left out where there is none
 * @param headers added as they are
 * @param timeout for connecting, for each wait for bytes, and for the whole request
 * @param version of this program, for {@code User-Agent}
 */
public record RequestSettings(
    Tenants tenants,
    Authorization authorization,
    Map<String, String> headers,
    TlsSettings tls,
    Duration timeout,
    String version) {

  public static final RequestSettings DEFAULT =
      new RequestSettings(
          Tenants.NONE,
          Authorization.NONE,
          Map.of(),
          TlsSettings.DEFAULT,
          Duration.ofSeconds(10),
          "dev");

  public RequestSettings {
    headers = Map.copyOf(headers);
    if (timeout.toMillis() < 1 || timeout.toMillis() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("timeout " + timeout);
    }
  }

  /** Without the values of headers: they may be secrets. */
  @Override
  public String toString() {
    return tenants + ", headers " + headers.keySet() + ", " + tls + ", " + timeout;
  }
}
