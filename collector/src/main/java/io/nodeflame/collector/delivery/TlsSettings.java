package io.nodeflame.collector.delivery;

import java.nio.file.Path;

/**
 * How an https endpoint is trusted, and how we show who we are. Files are PEM, and are read anew
 * when they change. An empty path stands for none.
 *
 * @param caFile certificates to trust instead of the Java runtime's own
 * @param certFile our certificate, with its chain
 * @param keyFile its private key: PKCS#8, PKCS#1 (RSA) or SEC 1 (EC), not encrypted
 * @param insecureSkipVerify trust everybody, for trying things out
 */
public record TlsSettings(Path caFile, Path certFile, Path keyFile, boolean insecureSkipVerify) {
  public static final Path NO_FILE = Path.of("");
  public static final TlsSettings DEFAULT = new TlsSettings(NO_FILE, NO_FILE, NO_FILE, false);

  public TlsSettings {
    if (certFile.equals(NO_FILE) != keyFile.equals(NO_FILE)) {
      throw new IllegalArgumentException("certFile and keyFile belong together");
    }
  }

  boolean isDefault() {
    return equals(DEFAULT);
  }
}
