package io.nodeflame.collector.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.nodeflame.bpf.KernelTest;
import io.nodeflame.collector.delivery.FakePyroscope;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * taken = delivered + waiting + losses, exactly, at every scrape, while the pipeline is flooded,
 * starved and killed; and what was delivered is what the server has.
 */
@KernelTest
@Timeout(400)
class AccountsKernelTest {
  private static final int HZ = 1000;
  private static final long PERIOD = 1_000_000_000L / HZ;
  private static final Set<String> SINKS = Set.of("away", "main", "store");

  private final List<Process> load = new ArrayList<>();
  private int scrapes;

  @TempDir Path dir;

  @AfterEach
  void endLoad() {
    load.forEach(Process::destroyForcibly);
  }

  private void burn(String script) throws Exception {
    load.add(new ProcessBuilder("sh", "-c", script).start());
  }

  private Path config(FakePyroscope main) throws Exception {
    return Files.writeString(
        dir.resolve("nodeflame.yaml"),
        """
        sampling: {frequencyHz: %d, window: 1s}
        symbols: {cacheDir: %s}
        pyroscope:
          - {name: main, url: '%s', timeout: 1s}
          - {name: away, url: 'http://127.0.0.1:9', timeout: 1s}
        store: {enabled: true, dir: %s}
        server: {listen: '127.0.0.1:0'}
        """
            .formatted(HZ, dir.resolve("cache"), main.url(), dir.resolve("store")));
  }

  private Scrape scrape(Program.Running daemon) throws Exception {
    scrapes++;
    Scrape scrape = daemon.scrape();
    scrape.assertAddsUp(SINKS);
    return scrape;
  }

  private void scrape(Program.Running daemon, int times) throws Exception {
    for (int i = 0; i < times; i++) {
      scrape(daemon);
      Thread.sleep(25);
    }
  }

  private static HttpServer server(int port) throws Exception {
    return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
  }

  /** What both servers have, as one: a profile may have reached the first one unanswered. */
  private static long storedSamples(FakePyroscope... servers) {
    Set<String> seen = new HashSet<>();
    long values = 0;
    for (FakePyroscope server : servers) {
      for (FakePyroscope.Stored stored : server.stored()) {
        if (seen.add(stored.labels() + "@" + stored.profile().timeNanos())) {
          values += stored.profile().total(0);
        }
      }
    }
    assertEquals(0, values % PERIOD);
    return values / PERIOD;
  }

  @Test
  void addsUpWhileFloodedStarvedAndKilled() throws Exception {
    burn("while :; do :; done");
    burn("while :; do :; done");
    burn("exec dd if=/dev/zero of=/dev/null bs=1");
    burn("while :; do sh -c 'i=0; while [ $i -lt 3000 ]; do i=$((i+1)); done'; done");
    FakePyroscope first = FakePyroscope.start();
    FakePyroscope second = null;
    try (Program.Running daemon =
        new Program(dir).start("run", "--config", config(first).toString())) {
      scrape(daemon, 15);
      Program.await(() -> !first.stored().isEmpty(), "the first profile");

      first.answerAlways(FakePyroscope.Answer.error(503, "unavailable", "shutting down"));
      scrape(daemon, 20);
      first.answerAlways(FakePyroscope.Answer.error(429, "resource_exhausted", "push rate limit"));
      scrape(daemon, 10);

      // Too late for the client, yet stored: tried again, and the server has it once.
      first.behave(
          exchange -> {
            Thread.sleep(1500);
            return null;
          });
      scrape(daemon, 60);

      starve(daemon);

      first.behave(exchange -> null);
      int port = first.port();
      first.close();
      long deliveredBefore = scrape(daemon).delivered("main");
      scrape(daemon, 30);
      load.remove(0).destroyForcibly().waitFor();
      second = FakePyroscope.start(server(port));
      long nowDelivered = deliveredBefore;
      long end = System.nanoTime() + Program.PATIENCE.toNanos();
      long nowWaiting = 1;
      while (nowDelivered <= deliveredBefore || nowWaiting > 0) {
        assertTrue(System.nanoTime() < end, "not all was delivered after the server came back");
        Scrape now = scrape(daemon);
        nowDelivered = now.delivered("main");
        nowWaiting = now.waiting("main");
        Thread.sleep(20);
      }
      scrape(daemon, 20);
      assertTrue(scrapes >= 100, scrapes + " scrapes");

      Program.Result result = daemon.stop("TERM");
      assertEquals(0, result.exitCode(), result::toString);
      assertSummary(result, storedSamples(first, second));
    } finally {
      first.close();
      if (second != null) {
        second.close();
      }
    }
  }

  /** Stops the daemon's process until its ring has overflown. */
  private void starve(Program.Running daemon) throws Exception {
    long lostBefore = scrape(daemon).lostInRing();
    for (int seconds = 4; seconds <= 32; seconds *= 2) {
      daemon.signal("STOP");
      Thread.sleep(seconds * 1000L);
      daemon.signal("CONT");
      Scrape after = scrape(daemon);
      scrape(daemon, 5);
      if (after.lostInRing() > lostBefore) {
        return;
      }
    }
    throw new AssertionError("the ring never overflowed");
  }

  private static long number(Matcher matcher, String group) {
    return Long.parseLong(matcher.group(group));
  }

  private static Matcher line(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertTrue(matcher.find(), text);
    return matcher;
  }

  /** After the end nothing waits, and the server has what the daemon says that it delivered. */
  private static void assertSummary(Program.Result result, long stored) {
    Matcher samples =
        line(
            "Samples taken (?<taken>\\d+), idle (?<idle>\\d+), outside (?<outside>\\d+),"
                + " thinned (?<thinned>\\d+), lost (?<lost>\\d+), dropped (?<dropped>\\d+)\\.",
            result.out());
    long left =
        number(samples, "taken")
            - number(samples, "idle")
            - number(samples, "outside")
            - number(samples, "thinned")
            - number(samples, "lost")
            - number(samples, "dropped");
    for (String sink : SINKS) {
      Matcher sums =
          line(sink + ": delivered (?<delivered>\\d+), dropped (?<dropped>\\d+)", result.out());
      assertEquals(left, number(sums, "delivered") + number(sums, "dropped"), result::toString);
      if (sink.equals("main")) {
        assertEquals(stored, number(sums, "delivered"), result::toString);
        assertTrue(stored > 0);
      }
    }
    result.assertNoTrace();
  }
}
