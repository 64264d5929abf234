package io.nodeflame.collector.delivery;

import io.nodeflame.collector.file.RegularFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;

/** Where the value of the header {@code Authorization} comes from. Read anew for each request. */
@FunctionalInterface
public interface Authorization {
  /** No such header. */
  Authorization NONE = () -> "";

  /**
   * The header's value, empty for none.
   *
   * @throws IOException when a secret cannot be read; the push is tried again later
   */
  String headerValue() throws IOException;

  /** User name, and a password in a file that may be replaced at any time. */
  static Authorization basic(String username, Path passwordFile) {
    return () -> basicHeader(username, secret(passwordFile));
  }

  /** The header's value for a user name and a password (RFC 7617). */
  static String basicHeader(String username, String password) {
    byte[] bytes = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(bytes);
  }

  /** A token in a file that may be replaced at any time, as Kubernetes does with its own. */
  static Authorization bearer(Path tokenFile) {
    return () -> "Bearer " + secret(tokenFile);
  }

  private static String secret(Path file) throws IOException {
    int limit = 64 * 1024;
    byte[] bytes = RegularFile.read(file, limit + 1);
    String secret = new String(bytes, StandardCharsets.UTF_8).strip();
    boolean oneLine = secret.indexOf('\n') < 0 && secret.indexOf('\r') < 0;
    if (bytes.length > limit || !oneLine || secret.isEmpty()) {
      throw new IOException("secret file " + file + " is not one line of text");
    }
    return secret;
  }
}
