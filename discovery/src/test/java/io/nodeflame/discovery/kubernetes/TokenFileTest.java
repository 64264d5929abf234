package io.nodeflame.discovery.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenFileTest {
  @TempDir private Path dir;

  private final List<String> warnings = new ArrayList<>();

  @Test
  void isReadEachTime() throws IOException {
    Path file = dir.resolve("token");
    TokenFile token = new TokenFile(file, new Problems(warnings::add));
    assertEquals("", token.getToken());
    assertEquals("", token.getToken());
    assertEquals(1, warnings.size());
    Files.writeString(file, " abc.def-_\n");
    assertEquals("abc.def-_", token.getToken());
    Files.writeString(file, "ghi");
    assertEquals("ghi", token.getToken());
    assertEquals(1, warnings.size());
  }

  @Test
  void nonsenseKeepsTheLast() throws IOException {
    Path file = dir.resolve("token");
    TokenFile token = new TokenFile(file, new Problems(warnings::add));
    for (String nonsense :
        new String[] {"", "\n", "a\r\nHost: evil", "x".repeat(70_000), "\u00e9"}) {
      Files.writeString(file, "good");
      assertEquals("good", token.getToken());
      Files.writeString(file, nonsense);
      assertEquals("good", token.getToken());
    }
    assertEquals(5, warnings.size());
    assertTrue(warnings.get(0).contains(file.toString()));
  }
}
