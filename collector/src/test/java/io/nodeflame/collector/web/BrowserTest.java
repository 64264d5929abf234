package io.nodeflame.collector.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nodeflame.collector.store.CallTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages in a real browser. Needs Chromium. */
@Tag("browser")
class BrowserTest {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "chrome");

  @TempDir Path dir;
  private String browser = "";

  @BeforeEach
  void findBrowser() {
    for (String folder : String.valueOf(System.getenv("PATH")).split(":")) {
      for (String name : NAMES) {
        Path candidate = Path.of(folder, name);
        if (browser.isEmpty() && Files.isExecutable(candidate)) {
          browser = candidate.toString();
        }
      }
    }
    if (browser.isEmpty() && Boolean.getBoolean("nodeflame.kernel.required")) {
      fail("no Chromium on the PATH, and this build may not skip");
    }
    assumeTrue(!browser.isEmpty(), "skipped: no Chromium on the PATH");
  }

  /** The page's DOM after its scripts ran for a while of virtual time. */
  private String dom(String url) throws IOException, InterruptedException {
    Path out = dir.resolve("dom.html");
    Path log = dir.resolve("browser.log");
    Process process =
        new ProcessBuilder(
                browser,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--enable-logging=stderr",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                "--user-data-dir=" + dir.resolve("profile"),
                "--window-size=1400,900",
                "--virtual-time-budget=4000",
                "--dump-dom",
                url)
            .redirectOutput(out.toFile())
            .redirectError(log.toFile())
            .start();
    try {
      assertTrue(process.waitFor(90, TimeUnit.SECONDS), "the browser hangs");
    } finally {
      process.destroyForcibly();
    }
    String messages = Files.readString(log, StandardCharsets.ISO_8859_1);
    for (String line : messages.split("\n")) {
      assertFalse(line.contains("CONSOLE") && line.contains("rror"), line);
      assertFalse(line.contains("Content Security Policy"), line);
    }
    return Files.readString(out);
  }

  private static List<String> frames(String dom, String classes) {
    List<String> names = new ArrayList<>();
    Matcher matcher = Pattern.compile("<g [^>]*>").matcher(dom);
    while (matcher.find()) {
      if (Pattern.compile("class=\"" + classes + "\"").matcher(matcher.group()).find()) {
        Matcher name = Pattern.compile(" name=\"([^\"]*)\"").matcher(matcher.group());
        assertTrue(name.find(), matcher.group());
        names.add(name.group(1));
      }
    }
    return names;
  }

  private TestServer filled() throws IOException {
    TestServer server = new TestServer(dir.resolve("store"), Instant.now().minusSeconds(40), "");
    server.fill();
    return server;
  }

  @Test
  void flameGraphTableAndServicesShowTheProfile() throws Exception {
    try (TestServer server = filled()) {
      String dom = dom(server.url("/"));
      assertTrue(
          frames(dom, "frame.*")
              .containsAll(
                  List.of(
                      "total",
                      "main",
                      "serve",
                      "parse_request",
                      "compute",
                      "hash",
                      "tcp_sendmsg",
                      "start",
                      "run_interpreter")),
          dom);
      assertTrue(dom.contains("aria-label=\"parse_request, 27.3 %, 6.00 s\""), "shares of frames");
      assertTrue(dom.contains("data-kind=\"kernel\""), "kinds of frames");
      assertTrue(dom.contains("<bdi title=\"checkout\">checkout</bdi><span>81.8 %</span>"), dom);
      assertTrue(dom.contains("<bdi>compute</bdi>"), "the table");
      assertTrue(dom.contains("class=\"area line\""), "CPU over time");
      assertTrue(dom.contains("<title>node1 - Nodeflame</title>"));
    }
  }

  @Test
  void permalinkChoosesServiceAndSearchMarks() throws Exception {
    try (TestServer server = filled()) {
      String dom = dom(server.url("/#service=checkout&search=^(compute|tcp_)&from=now-15m"));
      assertFalse(frames(dom, "frame.*").contains("run_interpreter"), "another service is shown");
      assertEquals(
          List.of("compute", "tcp_sendmsg"), frames(dom, "frame match").stream().sorted().toList());
      assertTrue(dom.contains("66.7 % matched"), "share of the matched");
    }
  }

  @Test
  void emptyStoreSaysWhenTheFirstProfileComes() throws Exception {
    try (TestServer server = new TestServer(dir.resolve("store"), Instant.now(), "")) {
      String dom = dom(server.url("/"));
      assertTrue(dom.contains("No samples yet"), dom);
      assertTrue(dom.contains("the first profile comes in about 5 s"), dom);
    }
  }

  @Test
  void recordedPageNeedsNoServer() throws Exception {
    CallTree tree = new CallTree(100, 1);
    int main = tree.child(CallTree.ROOT, tree.function("main", "native"));
    tree.add(tree.child(main, tree.function("</script><b>evil", "jit")), 0, 3_000_000_000L);
    tree.add(tree.child(main, tree.function("vfs_read", "kernel")), 0, 1_000_000_000L);
    tree.sumUp();
    Path file = dir.resolve("out.html");
    Files.writeString(file, RecordPage.of("pid 42", tree));
    String dom = dom(file.toUri().toString());
    assertTrue(frames(dom, "frame.*").contains("vfs_read"), dom);
    assertTrue(dom.contains("aria-label=\"&lt;/script&gt;&lt;b&gt;evil, 75.0 %, 3.00 s\""), dom);
    assertTrue(dom.contains("pid 42 · 4.00 s of CPU"), dom);
  }
}
