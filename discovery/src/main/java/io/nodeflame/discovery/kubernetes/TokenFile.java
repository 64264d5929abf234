package io.nodeflame.discovery.kubernetes;

import io.fabric8.kubernetes.client.OAuthTokenProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A token that kubelet replaces before it expires. It is asked for once or twice for each request,
 * of which there are a few in ten minutes, and again when the server refuses one; so the file is
 * simply read each time. While it cannot be read, the last token serves.
 */
final class TokenFile implements OAuthTokenProvider {
  /** A token is one or two KiB. */
  private static final int MAX_BYTES = 64 * 1024;

  private final Path file;
  private final Problems problems;
  private final AtomicLong failures;
  private String last = "";

  /**
   * Reads nothing yet.
   *
   * @param failures counts how often the file cannot be read
   */
  TokenFile(Path file, Problems problems, AtomicLong failures) {
    this.file = file;
    this.problems = problems;
    this.failures = failures;
  }

  @Override
  public synchronized String getToken() {
    try {
      last = read();
      problems.solved(this);
    } catch (IOException e) {
      failures.incrementAndGet();
      problems.say(
          this,
          "The token "
              + file
              + " cannot be read ("
              + Problems.cause(e)
              + "): the last one is used until it expires; mount a token of the ServiceAccount");
    }
    return last;
  }

  private String read() throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      String token = new String(bytes, StandardCharsets.US_ASCII).strip();
      if (token.isEmpty() || bytes.length > MAX_BYTES || !isHeaderText(token)) {
        throw new IOException("it holds no token");
      }
      return token;
    }
  }

  private static boolean isHeaderText(String token) {
    for (int i = 0; i < token.length(); i++) {
      if (token.charAt(i) <= ' ' || token.charAt(i) >= 0x7f) {
        return false;
      }
    }
    return true;
  }
}
