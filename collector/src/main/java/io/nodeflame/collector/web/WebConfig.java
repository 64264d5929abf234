package io.nodeflame.collector.web;

import java.net.InetSocketAddress;
import java.util.Set;

/**
 * Where the server listens and who may ask.
 *
 * @param listen address and port; port 0 takes a free one
 * @param hostNames names that clients may use for this server, besides {@code localhost} and plain
 *     addresses
 * @param token what clients must send as {@code Authorization: Bearer} to see profiles; when empty
 *     only clients on this machine see them
 */
public record WebConfig(InetSocketAddress listen, Set<String> hostNames, String token) {
  public WebConfig {
    hostNames = Set.copyOf(hostNames);
    if (listen.isUnresolved()) {
      throw new IllegalArgumentException("server.listen: unknown host " + listen.getHostString());
    }
  }

  /** The token stays out of logs. */
  @Override
  public String toString() {
    return "WebConfig[listen="
        + listen
        + ", hostNames="
        + hostNames
        + ", token="
        + (token.isEmpty() ? "none" : "***")
        + "]";
  }
}
