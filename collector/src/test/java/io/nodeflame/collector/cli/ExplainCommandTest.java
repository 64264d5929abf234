package io.nodeflame.collector.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.collector.web.ExplainedNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ExplainCommandTest {
  @TempDir Path dir;
  private String out = "";
  private String err = "";

  private int run(String... args) {
    StringWriter newOut = new StringWriter();
    StringWriter newErr = new StringWriter();
    CommandLine program = Nodeflame.commandLine(List.of(new ExplainCommand()));
    program.setOut(new PrintWriter(newOut, true)).setErr(new PrintWriter(newErr, true));
    List<String> all = new ArrayList<>(List.of("explain"));
    all.addAll(List.of(args));
    int code = Nodeflame.execute(program, all.toArray(String[]::new));
    out = newOut.toString();
    err = newErr.toString();
    return code;
  }

  @Test
  void aProcessAndAPod() throws Exception {
    try (ExplainedNode node = new ExplainedNode(dir, "")) {
      assertEquals(0, run("7", "--url", node.url()), () -> err);
      assertTrue(out.contains("\nresult     delivered with these labels\n"), out);
      assertEquals(0, run("shop/web-0", "--url", node.url() + "/"), () -> err);
      assertTrue(out.startsWith("pod        shop/web-0, "), out);
      assertEquals(0, run("7", "--json", "--url", node.url()), () -> err);
      assertTrue(out.startsWith("{\"pid\":7,"), out);
      assertEquals("", err);
    }
  }

  @Test
  void whatIsNotFoundIsOneSentence() throws Exception {
    try (ExplainedNode node = new ExplainedNode(dir, "")) {
      assertEquals(1, run("4711", "--url", node.url()));
      assertEquals("nodeflame: there is no process 4711 on this node\n", err);
      assertEquals(1, run("shop/x", "--url", node.url()));
      assertEquals("nodeflame: this node has no such pod, or has not heard of it yet\n", err);
      assertEquals("", out);
    }
  }

  @Test
  void theTokenComesFromAFile() throws Exception {
    Path token = Files.writeString(dir.resolve("token"), "secret\n");
    try (ExplainedNode node = new ExplainedNode(dir.resolve("proc"), "secret")) {
      assertEquals(1, run("7", "--url", node.url()));
      assertTrue(err.contains("--token-file"), err);
      assertEquals(0, run("7", "--url", node.url(), "--token-file", token.toString()), () -> err);
    }
  }

  @Test
  void withoutADaemonOneSentenceSaysSo() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    assertEquals(1, run("7", "--url", "http://127.0.0.1:" + free));
    assertEquals(1, err.lines().count(), err);
    assertTrue(err.startsWith("nodeflame: no daemon answers at http://127.0.0.1:" + free), err);
  }

  @Test
  void wrongUseIsTwo() {
    assertEquals(2, run());
    assertEquals(2, run("web-0"));
    assertEquals(2, run("a/b/c"));
    assertEquals(2, run("-7"));
    assertEquals(2, run("7", "--url", "ftp://x"));
    assertTrue(err.contains("--url ftp://x"), err);
  }
}
