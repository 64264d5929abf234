package io.nodeflame.collector.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.bpf.KernelTest;
import io.nodeflame.collector.delivery.FakePyroscope;
import io.nodeflame.collector.delivery.FakePyroscope.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code nodeflame run} as a user sees it. */
@KernelTest
@Timeout(180)
class RunKernelTest {
  private static final List<String> AS_NOBODY =
      List.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups");

  @TempDir Path dir;
  private FakePyroscope pyroscope;
  private Program program;

  @BeforeEach
  void start() throws Exception {
    Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxr-xr-x"));
    pyroscope = FakePyroscope.start();
    program = new Program(dir);
  }

  @AfterEach
  void end() {
    pyroscope.close();
  }

  private String config(String listen, Path cache, Path store) throws Exception {
    Path file =
        Files.writeString(
            Files.createTempFile(dir, "config", ".yaml"),
            """
            sampling: {frequencyHz: 99, window: 1s}
            symbols: {cacheDir: %s}
            pyroscope: [{name: main, url: '%s', timeout: 2s}]
            store: {enabled: true, dir: %s}
            server: {listen: '%s'}
            """
                .formatted(cache, pyroscope.url(), store, listen));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    return file.toString();
  }

  private static String withoutTime(String line) {
    return line.substring(line.indexOf(' '));
  }

  private String config() throws Exception {
    return config("127.0.0.1:0", dir.resolve("cache"), dir.resolve("store"));
  }

  @Test
  void firstProfileIsAtTheEndpointAndInTheStore() throws Exception {
    try (Program.Running daemon = program.start("run", "--config", config())) {
      assertTrue(daemon.url().getPort() > 0);
      assertEquals(200, daemon.get("/-/healthy").statusCode());
      Program.await(() -> !pyroscope.stored().isEmpty(), "a profile at the endpoint");
      HttpResponse<String> ready = daemon.get("/-/ready");
      assertEquals(200, ready.statusCode(), ready.body());
      long now = System.currentTimeMillis();
      HttpResponse<String> values =
          daemon.postJson(
              "/querier.v1.QuerierService/LabelValues",
              "{\"name\":\"service_name\",\"matchers\":[],\"start\":%d,\"end\":%d}"
                  .formatted(now - 60_000, now + 60_000));
      assertEquals(200, values.statusCode(), values.body());
      String service = pyroscope.stored().get(0).labels().get("service_name");
      assertTrue(values.body().contains("\"" + service + "\""), values.body());
      Program.Result result = daemon.stop("INT");
      assertEquals(0, result.exitCode(), result::toString);
      assertTrue(result.out().contains("Stopped. Samples taken "), result::toString);
      assertTrue(result.out().contains("main: delivered "), result::toString);
      assertEquals("", result.err());
    }
  }

  /** As in the background of a script: the shell ignores SIGINT for its jobs. */
  @Test
  void bothSignalsEndItAlsoWhereTheyWereIgnoredAtTheStart() throws Exception {
    for (String signal : List.of("INT", "TERM")) {
      List<String> ignoring = List.of("sh", "-c", "trap '' INT; exec \"$@\"", "sh");
      try (Program.Running daemon =
          program.start(ignoring, Map.of(), "run", "--config", config())) {
        daemon.url();
        Program.Result result = daemon.stop(signal);
        assertEquals(0, result.exitCode(), result::toString);
        assertTrue(result.out().contains("Stopped. Samples taken "), result::toString);
      }
    }
  }

  /** The JDK's server takes its bounds from properties, which the program must have set in time. */
  @Test
  void halfRequestsHoldUpNoProbeAndLongHeadsAreCutOff() throws Exception {
    List<Socket> clients = new ArrayList<>();
    try (Program.Running daemon = program.start("run", "--config", config())) {
      int port = daemon.url().getPort();
      for (int i = 0; i < 40; i++) {
        clients.add(client(port, "GET /-/healthy HTTP/1.1\r\nHost: local"));
      }
      assertEquals(200, daemon.get("/-/healthy").statusCode());
      assertEquals(200, daemon.get("/metrics").statusCode());
      clients.get(0).getOutputStream().write("host\r\n\r\n".getBytes(UTF_8));
      assertEquals(
          "HTTP/1.1 200 OK", new String(clients.get(0).getInputStream().readNBytes(15), UTF_8));
      Socket endless =
          client(port, "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "a".repeat(20_000));
      clients.add(endless);
      assertTrue(isCutOff(endless));
      daemon.stop("TERM");
    } finally {
      for (Socket client : clients) {
        client.close();
      }
    }
  }

  private static Socket client(int port, String piece) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(60_000);
    socket.getOutputStream().write(piece.getBytes(UTF_8));
    return socket;
  }

  /** Whether the end of the head comes too late. */
  private static boolean isCutOff(Socket client) throws IOException {
    try {
      client.getOutputStream().write("\r\n\r\n".getBytes(UTF_8));
      return client.getInputStream().read() < 0;
    } catch (SocketException e) {
      return true; // reset, since there was something left to read
    }
  }

  @Test
  void lastWindowIsDeliveredAtTheEnd() throws Exception {
    String config = config();
    Files.writeString(
        Path.of(config), Files.readString(Path.of(config)).replace("window: 1s", "window: 60s"));
    try (Program.Running daemon = program.start("run", "--config", config)) {
      Program.await(() -> !pyroscope.stored().isEmpty(), "the first short window");
      int before = pyroscope.stored().size();
      Scrape scrape = daemon.scrape();
      while (scrape.sum("nodeflame_samples_waiting", "window") == 0) {
        scrape = daemon.scrape();
      }
      assertEquals(0, daemon.stop("TERM").exitCode());
      assertTrue(pyroscope.stored().size() > before);
    }
  }

  @Test
  void secondInstanceSaysWhatIsTaken() throws Exception {
    try (Program.Running daemon = program.start("run", "--config", config())) {
      String address = "127.0.0.1:" + daemon.url().getPort();
      Path cache = dir.resolve("cache");
      program
          .run("run", "--config", config("127.0.0.1:0", cache, dir.resolve("store")))
          .assertFailed(
              1,
              "the store's directory " + dir.resolve("store") + " is in use by another",
              "process ");
      program
          .run("run", "--config", config(address, cache, dir.resolve("store2")))
          .assertFailed(
              1,
              "cannot listen on "
                  + address
                  + ": the address is in use, perhaps by another nodeflame",
              "--listen or server.listen");
      String elsewhere = "192.0.2.1:4041"; // an address of no machine (RFC 5737)
      program
          .run(
              "run",
              "--config",
              config(address, cache, dir.resolve("store3")),
              "--listen",
              elsewhere)
          .assertFailed(1, "cannot listen on " + elsewhere + ": ", "--listen or server.listen");
    }
  }

  @Test
  void listenOverridesTheFile() throws Exception {
    String file = config("127.0.0.1:1", dir.resolve("cache"), dir.resolve("store"));
    try (Program.Running daemon =
        program.start("run", "--config", file, "--listen", "127.0.0.1:0")) {
      assertTrue(daemon.url().getPort() > 1);
      assertEquals(200, daemon.get("/-/healthy").statusCode());
      Program.Result result = daemon.stop("TERM");
      assertEquals(0, result.exitCode(), result::toString);
      assertFalse(result.err().contains("warning: server.listen"), result::toString);
    }
    try (Program.Running daemon = program.start("run", "--config", file, "--listen", ":0")) {
      Program.await(() -> daemon.out().contains("Flame graph: "), "the address");
      // The warnings are of what is in force, not of what the file says.
      assertTrue(daemon.err().contains("warning: server.listen: others reach :0"), daemon.err());
      daemon.stop("TERM");
    }
  }

  @Test
  void sixMistakesAreSixLines() throws Exception {
    Path file =
        Files.writeString(
            dir.resolve("bad.yaml"),
            """
            sampling: {frequencyHz: 0, event: clock, window: soon}
            pyroscopes: []
            symbols: {cacheSize: much}
            server: {listen: nowhere}
            """);
    Program.Result result = program.run("run", "--config", file.toString());
    result.assertFailed(
        2, "frequencyHz", "event", "window", "pyroscopes", "cacheSize", "server.listen");
    assertEquals(6, result.err().lines().count(), result::toString);
    program.run("run", "--nope").assertFailed(2, "--nope");
    program.run("run", "--config", "/nonexistent").assertFailed(2, "/nonexistent");
    program.run("run", "--frequency", "1001").assertFailed(2, "1..1000");
  }

  @Test
  void userWithoutRightsIsToldWhichAreMissing() throws Exception {
    program.copyClassPath();
    program
        .start(AS_NOBODY, Map.of(), "run", "--config", config())
        .await()
        .assertFailed(1, "CAP_BPF", "CAP_PERFMON");
    program
        .start(AS_NOBODY, Map.of(), "record", "-o", "/tmp/none.folded")
        .await()
        .assertFailed(1, "CAP_BPF", "CAP_PERFMON");
    Program.Result doctor = program.start(AS_NOBODY, Map.of(), "doctor").await();
    assertEquals(1, doctor.exitCode());
    for (String line : List.of("CAP_BPF", "CAP_PERFMON", "CAP_SYS_PTRACE", "sampler")) {
      assertTrue(doctor.out().contains("failed   " + line + " "), doctor::toString);
    }
  }

  @Test
  void doctorTakesASample() throws Exception {
    Path config =
        Files.writeString(
            dir.resolve("c.yaml"),
            "symbols: {cacheDir: " + Files.createDirectory(dir.resolve("c")) + "}");
    Program.Result doctor = program.run("doctor", "--config", config.toString());
    assertTrue(doctor.out().contains("ok       sampler "), doctor::toString);
    assertEquals(0, doctor.exitCode(), doctor::toString);
  }

  @Test
  void directoryThatCannotBeUsedIsOneSentence() throws Exception {
    Path file = Files.writeString(dir.resolve("file"), "");
    // Names come from memory then.
    try (Program.Running daemon =
        program.start("run", "--config", config("127.0.0.1:0", file.resolve("c"), dir))) {
      Program.await(() -> !pyroscope.stored().isEmpty(), "a profile");
      List<String> said = daemon.err().lines().filter(line -> line.contains("cacheDir")).toList();
      assertEquals(1, said.size(), daemon::err);
      assertTrue(said.get(0).contains(" WARN "), daemon::err);
    }
    Program.Result store =
        program.run(
            "run", "--config", config("127.0.0.1:0", dir.resolve("cache"), file.resolve("s")));
    store.assertFailed(1, file.toString());
    assertEquals(1, store.err().lines().count(), store::toString);
  }

  @Test
  void errorsOfTheServerAreOneLineEachAndKeepWhatCanBeKept() throws Exception {
    try (Program.Running daemon = program.start("run", "--config", config())) {
      Program.await(() -> !pyroscope.stored().isEmpty(), "a profile");
      List<Answer> transientErrors =
          List.of(
              Answer.error(429, "resource_exhausted", "push rate limit (4.0 MiB) exceeded"),
              Answer.error(500, "unknown", "storage is away"),
              Answer.error(503, "unavailable", "down"),
              Answer.error(504, "deadline_exceeded", "slow"),
              Answer.plain(502, "<html>bad gateway</html>"));
      for (Answer answer : transientErrors) {
        pyroscope.answerAlways(answer);
        // Not for a request: one on its way still gets the answer before this one.
        Program.await(() -> daemon.err().contains("later: " + answer.status()), "its error");
        int stored = pyroscope.stored().size();
        pyroscope.behave(exchange -> null);
        Program.await(() -> pyroscope.stored().size() > stored, "a delivery after it");
      }
      long afterOutage = daemon.scrape().delivered("main");
      long end = System.nanoTime() + Program.PATIENCE.toNanos();
      Scrape now = daemon.scrape();
      while (now.delivered("main") <= afterOutage || now.waiting("main") > 0) {
        assertTrue(System.nanoTime() < end, () -> "not delivered: " + daemon.err());
        Thread.sleep(50);
        now = daemon.scrape();
      }
      assertEquals(0, now.dropped("main"), now::toString);

      for (Answer answer :
          List.of(
              Answer.error(400, "invalid_argument", "label rule broken"),
              Answer.error(401, "unauthenticated", "who are you"),
              Answer.plain(403, "forbidden"),
              Answer.plain(404, "404 page not found"),
              Answer.error(501, "unimplemented", "no"))) {
        pyroscope.answerAlways(answer);
        int requests = pyroscope.requests().size();
        Program.await(() -> pyroscope.requests().size() > requests + 1, "two pushes");
      }
      Scrape refused = daemon.scrape();
      assertTrue(refused.dropped("main") > 0, refused::toString);
      refused.assertAddsUp(java.util.Set.of("main", "store"));
      pyroscope.behave(exchange -> null);
      Program.Result result = daemon.stop("TERM");
      assertEquals(0, result.exitCode());
      result.assertNoTrace();
      assertFalse(result.err().isEmpty());
      for (String line : result.err().lines().toList()) {
        assertTrue(line.matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+\\S* WARN endpoint main: .*"), line);
      }
      // Of each error at most one line in this minute, and of each that came one.
      List<String> errors = result.err().lines().map(RunKernelTest::withoutTime).toList();
      assertEquals(errors.stream().distinct().count(), errors.size(), result::toString);
      for (String status : List.of("429", "500", "503", "504", "502")) {
        long lines =
            errors.stream().filter(l -> l.matches(".* later: " + status + "\\b.*")).count();
        assertEquals(1, lines, () -> status + result);
      }
      for (String advice :
          List.of(
              "nodeflame doctor", "basicAuth or bearerToken", "mend url", "log of the server")) {
        assertTrue(errors.stream().anyMatch(l -> l.contains(advice)), () -> advice + result);
      }
    }
  }
}
