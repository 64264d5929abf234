package io.nodeflame.collector.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The HTTP server: metrics, health, web page and query API.
 *
 * @param token what a client must send to see profiles; {@link Secret#NONE} when there is none
 */
public record ServerConfig(ListenAddress listen, Secret token, Tls tls) {

  /**
   * PEM files, read at use.
   *
   * @param clientCaFile whose client certificates are let in; needs {@code certFile}
   */
  public record Tls(Optional<Path> certFile, Optional<Path> keyFile, Optional<Path> clientCaFile) {

    public static final Tls NONE = new Tls(Optional.empty(), Optional.empty(), Optional.empty());

    public Tls {
      Rules.OPTIONAL_FILE.require("server.tls.certFile", certFile);
      Rules.OPTIONAL_FILE.require("server.tls.keyFile", keyFile);
      Rules.OPTIONAL_FILE.require("server.tls.clientCaFile", clientCaFile);
      if (certFile.isPresent() != keyFile.isPresent()) {
        throw new IllegalArgumentException("server.tls: " + TlsConfig.PAIR);
      }
      if (clientCaFile.isPresent() && certFile.isEmpty()) {
        throw new IllegalArgumentException("server.tls: " + NEEDS_CERT);
      }
    }
  }

  private static final String NEEDS_CERT = "clientCaFile needs certFile and keyFile";

  public static final ServerConfig DEFAULT =
      new ServerConfig(new ListenAddress("127.0.0.1", 4041), Secret.NONE, Tls.NONE);

  /**
   * Whether profiles may be shown at all: to this machine, or to who knows the token. Elsewhere the
   * server answers for metrics and health only. Client certificates do not count before TLS is
   * built.
   */
  public boolean showsProfiles() {
    return listen.isLoopback() || token.isSet();
  }

  public ServerConfig withListen(ListenAddress listen) {
    return new ServerConfig(listen, token, tls);
  }

  static ServerConfig read(Section section) {
    ServerConfig config =
        new ServerConfig(
            section.value("listen", DEFAULT.listen, ListenAddress.RULE),
            section.secretFile("tokenFile"),
            readTls(section.section("tls")));
    section.refuseOtherKeys();
    return config;
  }

  private static Tls readTls(Section section) {
    Optional<Path> certFile = section.value("certFile", Optional.empty(), Rules.OPTIONAL_FILE);
    Optional<Path> keyFile = section.secretFile("keyFile").file();
    Optional<Path> clientCa = section.value("clientCaFile", Optional.empty(), Rules.OPTIONAL_FILE);
    section.refuseOtherKeys();
    if (!section.isSound()) {
      return Tls.NONE;
    }
    if (certFile.isPresent() != keyFile.isPresent()) {
      section.problem("certFile", TlsConfig.PAIR);
      return Tls.NONE;
    }
    if (clientCa.isPresent() && certFile.isEmpty()) {
      section.problem("clientCaFile", NEEDS_CERT);
      return Tls.NONE;
    }
    return new Tls(certFile, keyFile, clientCa);
  }

  PrintedSection print() {
    return new PrintedSection()
        .text("listen", listen.toString())
        .file("tokenFile", token.file())
        .section(
            "tls",
            new PrintedSection()
                .file("certFile", tls.certFile)
                .file("keyFile", tls.keyFile)
                .file("clientCaFile", tls.clientCaFile));
  }
}
