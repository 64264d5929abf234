package io.nodeflame.collector.delivery;

import java.net.URI;
import java.util.Locale;

/**
 * One place that profiles go to.
 *
 * @param name for metrics, logs and threads
 * @param url base address, such as {@code http://pyroscope.monitoring:4040}; may have a path
 */
public record EndpointSettings(String name, URI url, RequestSettings request, QueueSettings queue) {

  public EndpointSettings {
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    boolean isHttp = scheme.equals("http") || scheme.equals("https");
    if (!isHttp || url.getHost() == null || url.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "endpoint " + name + ": the URL must be http:// or https://, a host, and no password");
    }
  }

  public static EndpointSettings of(String name, URI url) {
    return new EndpointSettings(name, url, RequestSettings.DEFAULT, QueueSettings.DEFAULT);
  }
}
