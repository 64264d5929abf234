package io.nodeflame.collector.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.collector.store.CallTree;
import io.nodeflame.collector.store.PprofFixture;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages in a real browser. Needs Chromium. */
@Tag("browser")
class BrowserTest {
  private static final String DRAWN = "document.querySelectorAll('g.frame').length > 1";

  @TempDir Path dir;

  private String executable = "";

  @BeforeEach
  void findBrowser() {
    executable = Browser.executable();
  }

  private TestServer filled(String token) throws IOException {
    TestServer server = new TestServer(dir.resolve("store"), Instant.now().minusSeconds(40), token);
    server.fill();
    return server;
  }

  private static String widthOf(String name) {
    return "Math.round(document.querySelector('g.frame[name=\""
        + name
        + "\"] rect').width.baseVal.value)";
  }

  @Test
  void flameGraphTableAndServicesShowTheProfile() throws Exception {
    try (TestServer server = filled("");
        Browser page = Browser.open(executable, dir, server.url("/"))) {
      page.await(DRAWN);
      assertEquals(
          "compute,hash,main,parse_request,run_interpreter,serve,start,tcp_sendmsg,total",
          page.frames("g.frame"));
      assertEquals("tcp_sendmsg", page.frames("g.frame[data-kind=kernel]"));
      assertEquals("compute,hash", page.frames("g.frame[data-kind=go]"));
      assertEquals(
          "parse_request, 27.3 %, 6.00 s",
          page.evaluate(
              "document.querySelector('g.frame[name=parse_request]').getAttribute('aria-label')"));
      assertEquals("All services100 %", page.text("#services li:nth-child(1)"));
      assertEquals("checkout81.8 %", page.text("#services li:nth-child(2)"));
      assertEquals("batch18.2 %", page.text("#services li:nth-child(3)"));
      assertEquals("compute45.5 %10.00 s45.5 %10.00 s", page.text("#table tbody tr"));
      assertEquals("Gonativekernel".length() + "JIT".length(), page.text("#legend").length());
      assertEquals("node1 - Nodeflame", page.evaluate("document.title"));
      page.await("document.querySelectorAll('#strip path.area.line').length === 1");
      page.assertNoErrors();
    }
  }

  @Test
  void clickingZoomsAndEscapeResets() throws Exception {
    try (TestServer server = filled("");
        Browser page = Browser.open(executable, dir, server.url("/"))) {
      page.await(DRAWN);
      String whole = page.evaluate(widthOf("total"));
      String before = page.evaluate(widthOf("compute"));
      page.click("g.frame[name=compute]");
      page.await(widthOf("compute") + " === " + whole);
      assertEquals("Paused (zoomed)", page.text("#live"));
      assertFalse(page.frames("g.frame").contains("tcp_sendmsg"), "a sibling is still there");
      page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape'}))");
      page.await(widthOf("compute") + " === " + before);
      assertEquals("Live", page.text("#live"));
      page.assertNoErrors();
    }
  }

  @Test
  void keysMoveFromFrameToFrame() throws Exception {
    try (TestServer server = filled("");
        Browser page = Browser.open(executable, dir, server.url("/"))) {
      page.await(DRAWN);
      page.evaluate("document.querySelector('g.frame[tabindex=\"0\"]').focus()");
      for (String key : new String[] {"ArrowDown", "ArrowRight", "ArrowDown"}) {
        page.evaluate(
            "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {bubbles: true, key: '"
                + key
                + "'}))");
      }
      assertEquals("run_interpreter", page.evaluate("document.activeElement.getAttribute('name')"));
    }
  }

  @Test
  void refreshKeepsFocusAndSaysHowMuchIsCovered() throws Exception {
    try (TestServer server = filled("");
        Browser page = Browser.open(executable, dir, server.url("/"))) {
      page.await(DRAWN);
      assertEquals(
          "0.73 cores on average over 30 s of profiles · 22.00 s of CPU time",
          page.text("#cpu-now"));
      page.evaluate("document.querySelector('g.frame[tabindex=\"0\"]').focus()");
      for (int depth = 0; depth < 2; depth++) {
        page.evaluate(
            "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {bubbles: true, key: 'ArrowDown'}))");
      }
      assertEquals("serve", page.evaluate("document.activeElement.getAttribute('name')"));
      page.evaluate("window.before = document.activeElement");
      server.store.accept(
          PprofFixture.encoded(
              server.start.plusSeconds(35),
              Duration.ofSeconds(5),
              Map.of("service_name", "checkout"),
              "main;serve;parse_request 1000000000"));
      page.await("document.querySelector('#cpu-now').textContent.includes('over 35 s')");
      assertEquals("false", page.evaluate("window.before.isConnected"));
      assertEquals("serve", page.evaluate("document.activeElement.getAttribute('name')"));
      page.assertNoErrors();
    }
  }

  @Test
  void whatWasCutOffIsNoFunction() throws Exception {
    try (TestServer server = filled("")) {
      String[] stacks = new String[40_000];
      for (int i = 0; i < stacks.length; i++) {
        stacks[i] = "main;f" + i + (i == 0 ? " 9000000" : " 1000000");
      }
      server.store.accept(
          PprofFixture.encoded(
              server.start.plusSeconds(35),
              Duration.ofSeconds(5),
              Map.of("service_name", "many"),
              stacks));
      try (Browser page = Browser.open(executable, dir, server.url("/#service=many"))) {
        page.await(DRAWN);
        String last = "#table tbody tr:last-child";
        assertTrue(
            page.text(last)
                .matches("\\(other: \\d+ frames too small to show\\)18\\.\\d %7\\.\\d+ s.*"),
            page.text(last));
        assertEquals("f0", page.text("#table tbody tr:first-child bdi"));
        assertEquals("0", page.evaluate("document.querySelectorAll('" + last + " button').length"));
        assertTrue(
            page.evaluate("document.querySelector('g.frame.cut').getAttribute('aria-label')")
                .startsWith("(other: "));
        page.evaluate("document.querySelector('#search').value = 'other'");
        page.evaluate("document.querySelector('#search').dispatchEvent(new Event('input'))");
        assertEquals("0 % matched", page.text("#matched"));
        assertEquals("No function matches the search", page.text("#table tbody"));
        page.assertNoErrors();
      }
    }
  }

  @Test
  void tableMarksAFunctionAndSortsByTotal() throws Exception {
    try (TestServer server = filled("");
        Browser page = Browser.open(executable, dir, server.url("/"))) {
      page.await(DRAWN);
      page.click("#table tbody tr:first-child .function");
      assertEquals("compute", page.frames("g.match"));
      assertEquals("45.5 % matched", page.text("#matched"));
      page.click("#table tbody tr:first-child .function");
      assertEquals("", page.frames("g.match"));
      page.click("#table th:nth-child(3) button");
      assertTrue(page.text("#table tbody tr").startsWith("main"), page.text("#table tbody tr"));
    }
  }

  @Test
  void permalinkChoosesServiceAndSearchMarks() throws Exception {
    try (TestServer server = filled("");
        Browser page =
            Browser.open(
                executable,
                dir,
                server.url("/#service=checkout&search=%5E(compute%7Ctcp_)&from=now-15m"))) {
      page.await(DRAWN);
      assertFalse(page.frames("g.frame").contains("run_interpreter"), "another service is shown");
      assertEquals("compute,tcp_sendmsg", page.frames("g.match"));
      assertEquals("66.7 % matched", page.text("#matched"));
      assertEquals("checkout", page.text("#services [aria-pressed=true] bdi"));
      assertEquals("15m", page.text("#ranges [aria-pressed=true]"));
      page.click("#services li:nth-child(3) button");
      page.await("document.querySelector('g.frame[name=run_interpreter]') !== null");
      assertTrue(page.evaluate("location.hash").contains("service=batch"));
      page.assertNoErrors();
    }
  }

  @Test
  void comparisonColoursByChange() throws Exception {
    try (TestServer server = filled("");
        Browser page =
            Browser.open(executable, dir, server.url("/#compare=previous&from=now-17s"))) {
      page.await("document.querySelector('#legend')?.textContent.includes('larger share')");
      page.await("document.querySelectorAll('#table td em').length > 0");
      page.assertNoErrors();
    }
  }

  @Test
  void emptyStoreSaysWhenTheFirstProfileComes() throws Exception {
    try (TestServer server = new TestServer(dir.resolve("store"), Instant.now(), "");
        Browser page = Browser.open(executable, dir, server.url("/"))) {
      page.await("document.querySelector('#empty h2')?.textContent === 'No samples yet'");
      assertEquals(
          "The daemon has just started: the first profile comes in about 5 s.",
          page.text("#empty p"));
      page.assertNoErrors();
    }
  }

  @Test
  void pageSaysWhenTheDaemonIsGone() throws Exception {
    try (TestServer server = filled("");
        Browser page = Browser.open(executable, dir, server.url("/"))) {
      page.await(DRAWN);
      server.server.close();
      page.await("document.querySelector('#banner')?.hidden === false");
      assertTrue(
          page.text("#banner").startsWith("The daemon does not answer"), page.text("#banner"));
      assertTrue(page.frames("g.frame").contains("main"), "what was there stays");
    }
  }

  @Test
  void pageAsksForTheToken() throws Exception {
    try (TestServer server = filled("secret");
        Browser page = Browser.open(executable, dir, server.url("/"))) {
      page.await("document.querySelector('#token')?.hidden === false");
      page.evaluate("document.querySelector('#token').elements.token.value = 'secret'");
      page.evaluate("document.querySelector('#token').requestSubmit()");
      page.await(DRAWN);
      page.await("document.querySelector('#token').hidden");
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
    String json =
        new String(
            Reply.json(200, out -> CallTreeJson.write(out, tree)).body(), StandardCharsets.UTF_8);
    String template;
    try (InputStream in = RecordPage.open()) {
      template = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    Files.writeString(
        file,
        template
            .replace("/*NODEFLAME_TITLE*/", "pid 42")
            .replace("/*NODEFLAME_PROFILE_JSON*/", json.replace("<", "\\u003c")));
    try (Browser page = Browser.open(executable, dir, file.toUri().toString())) {
      page.await(DRAWN);
      assertEquals("</script><b>evil,main,total,vfs_read", page.frames("g.frame"));
      assertEquals("pid 42 · 4.00 s of CPU", page.text("header .node"));
      assertEquals("pid 42 - Nodeflame", page.evaluate("document.title"));
      assertEquals(
          "0",
          page.evaluate(
              "document.querySelectorAll('b').length - document.querySelectorAll('td b').length"));
      page.evaluate("document.querySelector('#search').value = 'vfs'");
      page.evaluate("document.querySelector('#search').dispatchEvent(new Event('input'))");
      assertEquals("vfs_read", page.frames("g.match"));
      page.assertNoErrors();
    }
  }
}
