package io.nodeflame.collector.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nodeflame.bpf.KernelTest;
import io.nodeflame.collector.web.Browser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code make run} shows: the real program, a real load, and its page in a real browser. */
@KernelTest
@Timeout(240)
class PageKernelTest {
  /** Of one service, in percent. */
  private static final Map<String, Integer> SHARES =
      Map.of("burn_six_tenths", 60, "burn_three_tenths", 30, "burn_one_tenth", 10);

  /** At 19 Hz about 380 samples: a share of 60 % is then within 8 points, 3 standard deviations. */
  private static final double ENOUGH_SECONDS = 20;

  private static final int TOLERANCE = 8;

  /** Ends by itself, also when this test is killed. */
  private static final int LOAD_SECONDS = 230;

  @TempDir Path dir;
  private String executable = "";
  private Process load;

  @BeforeEach
  void start() throws Exception {
    executable = Browser.executable();
    Path source =
        Files.writeString(
            dir.resolve("load.c"),
            """
            #include <unistd.h>
            volatile unsigned long sum;
            #define BURN(name, rounds) \\
              __attribute__((noinline)) void name(void) { \\
                unsigned long x = sum; \\
                for (int i = 0; i < (rounds) * 10000; i++) { \\
                  x = x * 6364136223846793005UL + 1; \\
                  __asm__ volatile("" : "+r"(x)); /* through memory some loops are faster */ \\
                } \\
                sum = x; \\
              }
            BURN(burn_six_tenths, 6)
            BURN(burn_three_tenths, 3)
            BURN(burn_one_tenth, 1)
            __attribute__((noinline)) void serve_all(void) {
              burn_six_tenths();
              burn_three_tenths();
              burn_one_tenth();
              sum++;
            }
            int main(void) {
              alarm(%d);
              for (;;) serve_all();
            }
            """
                .formatted(LOAD_SECONDS));
    Path program = dir.resolve("page-load");
    compile(source, program);
    load = new ProcessBuilder(program.toString()).start();
  }

  @AfterEach
  void end() {
    if (load != null) {
      load.destroyForcibly();
    }
  }

  private static void compile(Path source, Path program) throws Exception {
    Process gcc;
    try {
      gcc =
          new ProcessBuilder(
                  "gcc",
                  "-O1",
                  "-fno-omit-frame-pointer",
                  "-o",
                  program.toString(),
                  source.toString())
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      if (Boolean.getBoolean("nodeflame.kernel.required")) {
        fail("gcc is not on the PATH, and this build may not skip", e);
      }
      assumeTrue(false, "skipped: gcc is not on the PATH");
      return;
    }
    String output = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(gcc.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, gcc.exitValue(), output);
  }

  /** The configuration of {@code make run} itself, on a free port. */
  private String config() throws IOException {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("deploy/local/nodeflame.yaml"))) {
      folder = folder.getParent();
    }
    String text = Files.readString(folder.resolve("deploy/local/nodeflame.yaml"));
    String free = text.replace("127.0.0.1:4041", "127.0.0.1:0");
    assertNotEquals(text, free);
    return Files.writeString(dir.resolve("nodeflame.yaml"), free).toString();
  }

  private static String frame(String name) {
    return "document.querySelector('g.frame[name=" + name + "]')";
  }

  /** The value behind a frame: nanoseconds. */
  private static String value(String name) {
    return "(" + frame(name) + "?.__data__.data.value ?? 0)";
  }

  private static String width(String name) {
    return "Math.round(" + frame(name) + "?.querySelector('rect').width.baseVal.value ?? 0)";
  }

  private static void search(Browser page, String text) throws Exception {
    page.evaluate(
        "(s => { s.value = '%s'; s.dispatchEvent(new Event('input')); })(document.querySelector('#search'))"
            .formatted(text));
  }

  @Test
  void liveFlameGraphShowsTheLoadByNameAndShare() throws Exception {
    Path cache = dir.resolve("cache");
    Path store = dir.resolve("store");
    try (Program.Running daemon =
        new Program(dir)
            .start(
                List.of(),
                Map.of("NODEFLAME_CACHE", cache.toString(), "NODEFLAME_STORE", store.toString()),
                "run",
                "--config",
                config())) {
      String origin = daemon.url().toString();
      try (Browser page = Browser.open(executable, dir, origin)) {
        page.reloadAndWatch();
        page.await(frame("serve_all") + " !== null");
        chooseServiceOfTheLoad(page);
        // Live: nobody reloads, the page shows more and more.
        page.await(value("serve_all") + " > " + (long) (ENOUGH_SECONDS * 1e9));
        assertShares(page);
        zoomInAndOut(page);
        searchFinds(page);
        tableFinds(page);
        assertTrue(
            page.text("#cpu-now").matches("[0-9.]+ cores on average over .* of profiles · .*"),
            page.text("#cpu-now"));
        assertEverythingFrom(origin, page.requests());
        page.assertNoErrors();
      }
      assertEquals(0, daemon.stop("INT").exitCode());
    }
    assertTrue(load.isAlive(), "the load ended before the test did");
  }

  /** What its service is called depends on the machine: its own name, a unit, a container. */
  private static void chooseServiceOfTheLoad(Browser page) throws Exception {
    String names =
        page.evaluate(
            "[...document.querySelectorAll('#services button')].map(b => b.dataset.service).join('\\n')");
    for (String name : names.lines().filter(line -> !line.isEmpty()).toList()) {
      // Its place in the list may change with every refresh.
      String button = "#services [data-service=\"" + name + "\"]";
      page.evaluate("document.querySelector('" + button + "')?.click()");
      page.await(
          "document.querySelector('#services [aria-pressed=true]')?.dataset.service === '"
              + name
              + "' && document.querySelector('#view').getAttribute('aria-busy') === 'false'");
      if (page.evaluate(frame("burn_six_tenths") + " !== null").equals("true")) {
        return;
      }
    }
    fail("no service has the load: " + names);
  }

  private static void assertShares(Browser page) throws Exception {
    for (Map.Entry<String, Integer> share : SHARES.entrySet()) {
      String name = share.getKey();
      // A graph that was just drawn anew has no widths for a moment.
      page.await("Number.isFinite(%s / %s)".formatted(width(name), width("serve_all")));
      // In one go each: the page goes on refreshing.
      String[] shares =
          page.evaluate(
                  "[%s / %s, %s / %s]"
                      .formatted(value(name), value("serve_all"), width(name), width("serve_all")))
              .split(",", 2);
      assertEquals(share.getValue(), 100 * Double.parseDouble(shares[0]), TOLERANCE, name);
      assertEquals(
          Double.parseDouble(shares[0]), Double.parseDouble(shares[1]), 0.02, name + " as drawn");
      assertEquals("native", page.evaluate(frame(name) + ".dataset.kind"));
    }
    assertEquals(
        "serve_all", page.evaluate(frame("burn_one_tenth") + ".__data__.parent.data.name"));
    assertEquals("main", page.evaluate(frame("serve_all") + ".__data__.parent.data.name"));
  }

  private static void zoomInAndOut(Browser page) throws Exception {
    page.click("g.frame[name=burn_three_tenths]");
    page.await(width("burn_three_tenths") + " === " + width("total"));
    assertEquals("Paused (zoomed)", page.text("#live"));
    assertFalse(page.frames("g.frame").contains("burn_six_tenths"), page.frames("g.frame"));
    page.click("#reset");
    page.await(width("burn_three_tenths") + " < " + width("total"));
    page.await("document.querySelector('#live').textContent === 'Live'");
  }

  private static void searchFinds(Browser page) throws Exception {
    search(page, "BURN_(one|three)_tenths?");
    assertEquals("burn_one_tenth,burn_three_tenths", page.frames("g.match"));
    assertTrue(page.text("#matched").endsWith(" % matched"), page.text("#matched"));
    assertEquals("2", page.evaluate("document.querySelectorAll('#table .function').length"));
    search(page, "");
    assertEquals("", page.frames("g.match"));
  }

  private static void tableFinds(Browser page) throws Exception {
    String row =
        "[...document.querySelectorAll('#table tbody tr')].find(tr => tr.querySelector('bdi')?.textContent === 'burn_six_tenths')";
    page.evaluate(row + ".querySelector('button').click()");
    assertEquals("burn_six_tenths", page.frames("g.match"));
    String difference =
        "parseFloat(%s.cells[2].textContent) - 100 * %s / %s"
            .formatted(row, value("burn_six_tenths"), value("total"));
    assertEquals(0, Double.parseDouble(page.evaluate(difference)), 0.1);
    page.evaluate(row + ".querySelector('button').click()");
  }

  private static void assertEverythingFrom(String origin, List<String> requests) {
    // Its scripts may have been asked for before the browser began to tell of requests.
    for (String name : List.of("api/v1/status", "api/v1/calltree")) {
      assertTrue(requests.contains(origin + name), name + " is not among " + requests);
    }
    assertTrue(requests.stream().allMatch(url -> url.startsWith(origin)), requests::toString);
  }
}
