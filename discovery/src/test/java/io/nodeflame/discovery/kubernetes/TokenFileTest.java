package io.nodeflame.discovery.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenFileTest {
  @TempDir private Path dir;

  private final List<String> warnings = new ArrayList<>();
  private final AtomicLong failures = new AtomicLong();

  private long now;

  /** Ten minutes apart each time that something is said. */
  private TokenFile tokenFile(Path file) {
    return new TokenFile(
        file, new Problems(warnings::add, () -> now += Duration.ofMinutes(10).toNanos()), failures);
  }

  @Test
  void isReadEachTime() throws IOException {
    Path file = dir.resolve("token");
    TokenFile token = tokenFile(file);
    assertEquals("", token.getToken());
    assertEquals("", token.getToken());
    assertEquals(1, warnings.size());
    Files.writeString(file, " abc.def-_\n");
    assertEquals("abc.def-_", token.getToken());
    Files.writeString(file, "ghi");
    assertEquals("ghi", token.getToken());
    assertEquals(1, warnings.size());
    assertEquals(2, failures.get());
  }

  @Test
  void nonsenseKeepsTheLast() throws IOException {
    Path file = dir.resolve("token");
    TokenFile token = tokenFile(file);
    for (String nonsense :
        new String[] {"", "\n", "a\r\nHost: evil", "x".repeat(70_000), "\u00e9"}) {
      Files.writeString(file, "good");
      assertEquals("good", token.getToken());
      Files.writeString(file, nonsense);
      assertEquals("good", token.getToken());
    }
    assertEquals(5, warnings.size());
    assertEquals(5, failures.get());
    assertTrue(warnings.get(0).contains(file.toString()));
  }
}
