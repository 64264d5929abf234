package io.nodeflame.collector.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * TLS of the client side. The files are PEM and are read at use.
 *
 * @param caFile whom to trust instead of the system's authorities
 * @param certFile client certificate, only together with {@code keyFile}
 * @param insecureSkipVerify trust any server
 */
public record TlsConfig(
    Optional<Path> caFile,
    Optional<Path> certFile,
    Optional<Path> keyFile,
    boolean insecureSkipVerify) {

  public static final TlsConfig DEFAULT =
      new TlsConfig(Optional.empty(), Optional.empty(), Optional.empty(), false);

  static final String PAIR = "certFile and keyFile belong together: set both or none";

  public TlsConfig {
    Rules.OPTIONAL_FILE.require("tls.caFile", caFile);
    Rules.OPTIONAL_FILE.require("tls.certFile", certFile);
    Rules.OPTIONAL_FILE.require("tls.keyFile", keyFile);
    if (certFile.isPresent() != keyFile.isPresent()) {
      throw new IllegalArgumentException("tls: " + PAIR);
    }
  }

  static TlsConfig read(Section section) {
    Optional<Path> caFile = section.value("caFile", Optional.empty(), Rules.OPTIONAL_FILE);
    Optional<Path> certFile = section.value("certFile", Optional.empty(), Rules.OPTIONAL_FILE);
    Optional<Path> keyFile = section.secretFile("keyFile").file();
    boolean insecure = section.value("insecureSkipVerify", false, Rules.FLAG);
    section.refuseOtherKeys();
    if (certFile.isPresent() != keyFile.isPresent()) {
      if (section.isSound()) {
        section.problem("certFile", PAIR);
      }
      return DEFAULT;
    }
    return new TlsConfig(caFile, certFile, keyFile, insecure);
  }

  PrintedSection print() {
    return new PrintedSection()
        .file("caFile", caFile)
        .file("certFile", certFile)
        .file("keyFile", keyFile)
        .flag("insecureSkipVerify", insecureSkipVerify);
  }
}
