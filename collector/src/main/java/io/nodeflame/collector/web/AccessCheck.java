package io.nodeflame.collector.web;

import com.sun.net.httpserver.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;

/** Who may ask for what. */
final class AccessCheck {
  private final WebConfig config;

  AccessCheck(WebConfig config) {
    this.config = config;
  }

  /**
   * Whether the request names this server as it may be named. A page of another site whose name was
   * made to point here (DNS rebinding) sends that name; an address cannot be made to point
   * elsewhere.
   */
  boolean isHostAllowed(HttpExchange exchange) {
    String header = exchange.getRequestHeaders().getFirst("Host");
    if (header == null) {
      // HTTP/1.0: no browser.
      return true;
    }
    String host = withoutPort(header).toLowerCase(Locale.ROOT);
    return host.equals("localhost") || isAddress(host) || config.hostNames().contains(host);
  }

  /**
   * Whether the client may see profiles.
   *
   * @throws RefusedException with the reason when it may not
   */
  void requireProfileAccess(HttpExchange exchange) throws RefusedException {
    if (config.token().isEmpty()) {
      if (!exchange.getRemoteAddress().getAddress().isLoopbackAddress()) {
        throw new RefusedException(
            ConnectCode.PERMISSION_DENIED,
            "profiles are shown to this machine only, unless server.tokenFile is set");
      }
      return;
    }
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    byte[] wanted = ("Bearer " + config.token()).getBytes(StandardCharsets.UTF_8);
    // The time this takes says nothing of how much was right.
    if (header == null || !MessageDigest.isEqual(wanted, header.getBytes(StandardCharsets.UTF_8))) {
      throw new RefusedException(ConnectCode.UNAUTHENTICATED, "a token is needed to see profiles");
    }
  }

  private static String withoutPort(String header) {
    int colon = header.lastIndexOf(':');
    boolean port = colon > header.lastIndexOf(']') && colon >= 0;
    return port ? header.substring(0, colon) : header;
  }

  private static boolean isAddress(String host) {
    if (host.startsWith("[") && host.endsWith("]")) {
      return host.substring(1, host.length() - 1).matches("[0-9a-f:.]{2,45}");
    }
    // A name's last part is never a number.
    return host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
  }
}
