package io.nodeflame.collector.config;

import java.util.Optional;

/**
 * Where the server listens.
 *
 * @param host an IP address without brackets or a name; empty means every address of the node
 * @param port 0 takes any free one
 */
public record ListenAddress(String host, int port) {

  static final Rule<ListenAddress> RULE =
      new Rule<>(
          "HOST:PORT, [IPv6]:PORT or :PORT, such as 127.0.0.1:4041",
          ListenAddress::parse,
          address -> true);

  public ListenAddress {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port " + port + " is not allowed; allowed: 0..65535");
    }
  }

  /** Whether only programs of this machine reach it. A name other than localhost may not be. */
  public boolean isLoopback() {
    return host.equals("localhost")
        || host.equals("::1")
        || host.equals("0:0:0:0:0:0:0:1")
        || (host.startsWith("127.") && isIpv4(host));
  }

  /**
   * Reads what a user gave elsewhere than in the file.
   *
   * @param key what the user calls it
   * @throws IllegalArgumentException when the text is no address, as the file's check says it
   */
  public static ListenAddress of(String key, String text) {
    return parse(text)
        .orElseThrow(
            () ->
                new IllegalArgumentException(new Problem(0, key, text, RULE.allowed()).toString()));
  }

  /** Empty when the text is no address. Looks no name up. */
  static Optional<ListenAddress> parse(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    String address = bracketed ? host.substring(1, host.length() - 1) : host;
    String port = text.substring(colon + 1);
    if (colon < 0 || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65535) {
      return Optional.empty();
    }
    boolean valid =
        bracketed
            ? address.matches("[0-9a-fA-F:.]{2,45}") && address.indexOf(':') >= 0
            : address.isEmpty() || isIpv4(address) || isName(address);
    return valid
        ? Optional.of(new ListenAddress(address, Integer.parseInt(port)))
        : Optional.empty();
  }

  private static boolean isName(String host) {
    // Digits and dots that are no IPv4 address are a mistyped one, not a name.
    return Rules.DNS_NAME.accepts().test(host) && !host.matches("[0-9.]*");
  }

  private static boolean isIpv4(String host) {
    return host.matches("((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(\\.(?!$)|$)){4}");
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
