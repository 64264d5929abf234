package io.nodeflame.collector.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * The program as users run it: {@code bin/nodeflame} as a process of its own, over the class path
 * of the tests, which is laid out as a built checkout.
 */
final class Program {
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path launcher;
  private final Path dir;
  private final HttpClient http = HttpClient.newHttpClient();
  private int runs;

  /** How a run ended. */
  record Result(int exitCode, String out, String err) {
    /** One sentence for the user on the error output, and no stack trace. */
    void assertFailed(int code, String... words) {
      assertEquals(code, exitCode, this::toString);
      for (String word : words) {
        assertTrue(err.contains(word), this::toString);
      }
      assertNoTrace();
    }

    void assertNoTrace() {
      assertFalse(err.contains("\tat "), this::toString);
    }
  }

  /**
   * Lays the checkout out.
   *
   * @param dir an empty directory
   */
  Program(Path dir) throws IOException {
    this.dir = dir;
    Path checkout = dir.resolve("checkout");
    Path lib = Files.createDirectories(checkout.resolve("collector/target/lib"));
    Files.createDirectories(checkout.resolve("bin"));
    launcher = checkout.resolve("bin/nodeflame");
    Files.copy(repository().resolve("bin/nodeflame"), launcher);
    Path options = Path.of("deploy/jvm.options");
    Files.createDirectories(checkout.resolve("deploy"));
    Files.copy(repository().resolve(options), checkout.resolve(options));
    int number = 0;
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      if (entry.isEmpty() || !Files.exists(path) || path.endsWith("test-classes")) {
        continue;
      }
      boolean isProgram = path.endsWith(Path.of("collector", "target", "classes"));
      Path link =
          isProgram
              ? checkout.resolve("collector/target/collector-test.jar")
              : lib.resolve(String.format("%03d.jar", number++));
      Files.createSymbolicLink(link, path);
    }
  }

  /** For users who may not follow the links of the class path: it may be in root's home. */
  void copyClassPath() throws IOException {
    Path target = launcher.resolveSibling("../collector/target").normalize();
    try (Stream<Path> entries = Files.walk(target)) {
      for (Path link : entries.filter(Files::isSymbolicLink).toList()) {
        Path entry = link.toRealPath();
        Files.delete(link);
        copy(entry, link);
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  private static Path repository() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.isExecutable(at.resolve("bin/nodeflame"))) {
        return at;
      }
    }
    return fail("no bin/nodeflame above " + Path.of("").toAbsolutePath());
  }

  /** Runs it to its end. */
  Result run(String... args) throws Exception {
    return start(args).await();
  }

  Running start(String... args) throws Exception {
    return start(List.of(), Map.of(), args);
  }

  /**
   * Starts it.
   *
   * @param prefix a command that runs it, such as setpriv
   */
  Running start(List<String> prefix, Map<String, String> env, String... args) throws Exception {
    List<String> command = new ArrayList<>(prefix);
    // A shell starts what it puts in the background with SIGINT ignored, and so would we.
    command.addAll(List.of("env", "--default-signal=INT"));
    command.add(launcher.toString());
    command.addAll(List.of(args));
    int run = runs++;
    Path out = dir.resolve("out" + run);
    Path err = dir.resolve("err" + run);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(env);
    return new Running(builder.start(), out, err);
  }

  /** Waits for something, at most a minute. */
  static void await(BooleanSupplier condition, String what) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "waited in vain for: " + what);
      Thread.sleep(20);
    }
  }

  /** The program while it runs. */
  final class Running implements AutoCloseable {
    final Process process;
    private final Path out;
    private final Path err;

    private Running(Process process, Path out, Path err) {
      this.process = process;
      this.out = out;
      this.err = err;
    }

    /** What it printed, byte for byte. */
    Path outFile() {
      return out;
    }

    String out() {
      return read(out);
    }

    String err() {
      return read(err);
    }

    /** Bytes that are no text are replaced. */
    private static String read(Path file) {
      try {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    /** The address that it prints, with the real port. */
    URI url() throws InterruptedException {
      Program.await(() -> out().contains("http://127.0.0.1:") || !process.isAlive(), "the address");
      String line =
          out()
              .lines()
              .filter(l -> l.startsWith("Flame graph: ") || l.startsWith("Metrics: "))
              .findFirst()
              .orElseGet(() -> fail("no address: " + out() + err()));
      return URI.create(line.substring(line.indexOf("http://"))).resolve("/");
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
      HttpRequest request =
          HttpRequest.newBuilder(url().resolve(path)).timeout(Duration.ofSeconds(30)).build();
      try {
        return http.send(request, HttpResponse.BodyHandlers.ofString());
      } catch (IOException e) {
        throw new IOException(e + "; alive: " + process.isAlive() + "\n" + out() + err(), e);
      }
    }

    HttpResponse<String> postJson(String path, String json)
        throws IOException, InterruptedException {
      HttpRequest request =
          HttpRequest.newBuilder(url().resolve(path))
              .timeout(Duration.ofSeconds(30))
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(json))
              .build();
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    Scrape scrape() throws IOException, InterruptedException {
      HttpResponse<String> response = get("/metrics");
      assertEquals(200, response.statusCode(), response.body());
      return Scrape.parse(response.body());
    }

    void signal(String name) throws Exception {
      Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start();
      assertEquals(0, kill.waitFor());
    }

    Result stop(String signal) throws Exception {
      signal(signal);
      return await();
    }

    Result await() throws Exception {
      assertTrue(
          process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS),
          () -> "still runs: " + out() + err());
      return new Result(process.exitValue(), out(), err());
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}
