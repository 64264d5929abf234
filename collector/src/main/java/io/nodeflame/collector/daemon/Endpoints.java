package io.nodeflame.collector.daemon;

import io.nodeflame.collector.config.EndpointConfig;
import io.nodeflame.collector.config.Secret;
import io.nodeflame.collector.config.TlsConfig;
import io.nodeflame.collector.delivery.Authorization;
import io.nodeflame.collector.delivery.EndpointQueue;
import io.nodeflame.collector.delivery.EndpointSettings;
import io.nodeflame.collector.delivery.QueueSettings;
import io.nodeflame.collector.delivery.RequestSettings;
import io.nodeflame.collector.delivery.Tenants;
import io.nodeflame.collector.delivery.TlsSettings;
import io.nodeflame.collector.pprof.ProfileClock;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Makes the queue of each configured endpoint. */
final class Endpoints {
  private Endpoints() {}

  static EndpointQueue open(EndpointConfig config, ProfileClock clock, String version)
      throws IOException {
    RequestSettings request =
        new RequestSettings(
            new Tenants(config.tenant().from(), config.tenant().id()),
            authorization(config),
            headers(config),
            tls(config.tls()),
            config.timeout(),
            version);
    QueueSettings queue = QueueSettings.DEFAULT.withMaxSeries(config.maxSeries());
    return EndpointQueue.to(
        new EndpointSettings(config.name(), config.url(), request, queue), clock);
  }

  /** Secrets are asked for at each push, so that a rotated file is seen. */
  private static Authorization authorization(EndpointConfig config) {
    if (config.bearerToken().isSet()) {
      return () -> "Bearer " + config.bearerToken().reveal();
    }
    Secret password = config.basicAuth().password();
    String username = config.basicAuth().username();
    return password.isSet()
        ? () -> Authorization.basicHeader(username, password.reveal())
        : Authorization.NONE;
  }

  private static Map<String, String> headers(EndpointConfig config) throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    for (Map.Entry<String, Secret> header : config.headers().entrySet()) {
      headers.put(header.getKey(), header.getValue().reveal());
    }
    return headers;
  }

  private static TlsSettings tls(TlsConfig tls) {
    return new TlsSettings(
        tls.caFile().orElse(TlsSettings.NO_FILE),
        tls.certFile().orElse(TlsSettings.NO_FILE),
        tls.keyFile().orElse(TlsSettings.NO_FILE),
        tls.insecureSkipVerify());
  }
}
