package io.nodeflame.collector.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTest {
  private static final Map<String, String> ENV = Map.of("TOKEN", "hunter2");

  @Test
  void fileIsReadAtEachUse(@TempDir Path dir) throws IOException {
    Path file = Files.writeString(dir.resolve("token"), "first\n");
    Secret secret = Secret.inFile(file);
    assertEquals("first", secret.reveal());
    Files.writeString(file, " second ");
    assertEquals("second", secret.reveal());
    Files.delete(file);
    assertThrows(IOException.class, secret::reveal);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n", "hunter2\nhunter3", "hunter2\u0000"})
  void fileThatIsNoLineOfTextIsRefusedWithoutShowingIt(String content, @TempDir Path dir)
      throws IOException {
    Path file = Files.writeString(dir.resolve("token"), content);
    IOException refused = assertThrows(IOException.class, Secret.inFile(file)::reveal);
    assertFalse(refused.getMessage().contains("hunter"), refused.getMessage());
    assertTrue(refused.getMessage().contains(file.toString()), refused.getMessage());
  }

  @Test
  void hugeFileIsRefused(@TempDir Path dir) throws IOException {
    Path file = Files.writeString(dir.resolve("token"), "a".repeat(Secret.MAX_BYTES + 1));
    assertThrows(IOException.class, Secret.inFile(file)::reveal);
  }

  @Test
  void contentIsNeverExpanded(@TempDir Path dir) throws Exception {
    Path file = Files.writeString(dir.resolve("token"), "${TOKEN}");
    EndpointConfig endpoint =
        Loading.load("pyroscope: [{url: 'http://a', bearerTokenFile: " + file + "}]", ENV)
            .config()
            .pyroscope()
            .get(0);
    assertEquals("${TOKEN}", endpoint.bearerToken().reveal());
  }

  @Test
  void noTextFormShowsIt() {
    NodeflameConfig config =
        Loading.load(
                """
                pyroscope:
                  - name: a
                    url: http://a
                    basicAuth: { username: me, password: hunter2 }
                    headers: { Authorization: hunter2, X-Env: "${TOKEN}" }
                  - name: b
                    url: http://b
                    bearerToken: ${TOKEN}
                  - name: c
                    url: http://c
                    bearerToken: ${NONE:-hunter2}
                """,
                ENV)
            .config();
    assertFalse(config.toString().contains("hunter2"), config.toString());
    String printed = ConfigPrinter.print(config);
    assertFalse(printed.contains("hunter2"), printed);
    assertTrue(printed.contains(Secret.MASK), printed);
    assertTrue(printed.contains("${TOKEN}"), printed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pyroscope: [{url: 'http://me:hunter2@a'}]",
        "pyroscope: [{url: 'http://a?token=hunter2'}]",
        "pyroscope: [{url: '${TOKEN}'}]",
        "pyroscope: [{url: 'http://a', bearerTokenFile: hunter2}]",
        "pyroscope: [{url: 'http://a', tls: {certFile: /c, keyFile: hunter2}}]",
        "pyroscope: [{url: 'http://a', basicAuth: {username: '', password: hunter2}}]",
        "pyroscope: [{url: 'http://a', basicAuth: {username: a, pasword: hunter2}}]",
        "pyroscope: [{url: 'http://a', bearerToken: [hunter2]}]",
        "pyroscope: [{url: 'http://a', bearerToken: \"hunter2\\n\"}]",
        "pyroscope: [{url: 'http://a', bearerToken: 'hunter2${NONE}'}]",
        "pyroscope: [{url: 'http://a', headers: {'X Y': hunter2}}]",
        "pyroscope: [{url: 'http://a', headers: {'Authorization: Bearer hunter2': ''}}]",
        "pyroscope: [{url: 'http://a', bearerToken: !hunter2}]",
        "pyroscope: [{url: 'http://a', bearerToken: !hunter2!x}]",
        "pyroscope: [{url: 'http://a', bearerToken: !<hunter2> x}]",
        "pyroscope: [{url: 'http://a', bearerToken: !<hunter2 x}]",
        "pyroscope: [{url: 'http://a', bearerToken: *hunter2}]",
        "pyroscope: [{url: 'http://a', bearerToken: &hunter2}, hunter2]",
        "pyroscope: [{url: 'http://a', bearerToken: @hunter2}]",
        "bearerToken: |hunter2",
        "%hunter2 a",
        "%TAG hunter2 hunter2",
        "%YAML hunter2",
        "server: {tokenFile: hunter2}",
        "server: {token: hunter2}",
        "sampling: {frequencyHz: '${TOKEN}'}",
        "pyroscope: [{url: 'http://a', bearerToken: 'hunter2'",
        "pyroscope:\n  - bearerToken: hunter2\n  url: x\n bad",
        "pyroscope: [{bearerToken: !!str hunter2}]",
        "pyroscope: [{bearerToken: \"hunter2\\q\"}]"
      })
  void noProblemShowsIt(String yaml) {
    ConfigException refused =
        assertThrows(ConfigException.class, () -> ConfigLoader.load(yaml, ENV));
    StringWriter trace = new StringWriter();
    refused.printStackTrace(new PrintWriter(trace));
    assertFalse((trace + refused.problems().toString()).contains("hunter2"), trace.toString());
  }

  @Test
  void printedMaskIsNotTakenForASecret() {
    assertEquals(
        "pyroscope[0].bearerToken: this is the mask of a printed configuration, put the secret in"
            + " its place",
        Loading.problem("pyroscope: [{url: 'http://a', bearerToken: '********'}]")
            .toString()
            .substring("line 1: ".length()));
  }
}
