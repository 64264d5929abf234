package io.nodeflame.collector.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nodeflame.bpf.KernelTest;
import io.nodeflame.collector.pprof.Gunzip;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code nodeflame record}: each format, read by somebody else's program. */
@KernelTest
@Timeout(180)
class RecordKernelTest {
  private static final String FUNCTION = "burn_with_a_known_name";

  @TempDir Path dir;
  private Program program;
  private Process burner;

  @BeforeEach
  void start() throws Exception {
    program = new Program(dir);
    Path source =
        Files.writeString(
            dir.resolve("burn.c"),
            """
            #include <stdlib.h>
            #include <time.h>
            volatile unsigned long sum;
            __attribute__((noinline)) void %s(time_t end) {
              while (time(0) < end)
                for (int i = 0; i < 10000000; i++)
                  sum += i;
            }
            int main(int argc, char **argv) {
              %s(time(0) + atoi(argv[argc - 1]));
              return 0;
            }
            """
                .formatted(FUNCTION, FUNCTION));
    Path executable = dir.resolve("burn");
    output("gcc", "-O1", "-fno-omit-frame-pointer", "-o", executable, source);
    burner = new ProcessBuilder(executable.toString(), "100").start();
  }

  @AfterEach
  void end() {
    burner.destroyForcibly();
  }

  private static boolean exists(String tool) {
    return Arrays.stream(System.getenv("PATH").split(":", -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
  }

  private static String output(String tool, Object... args) throws Exception {
    if (!exists(tool)) {
      if (Boolean.getBoolean("nodeflame.kernel.required")) {
        fail(tool + " is not on the PATH, and this build may not skip");
      }
      assumeTrue(false, "skipped: " + tool + " is not on the PATH");
    }
    List<String> command = new ArrayList<>(List.of(tool));
    for (Object arg : args) {
      command.add(arg.toString());
    }
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), output);
    return output;
  }

  private Program.Result record(String... more) throws Exception {
    Path config =
        Files.writeString(
            dir.resolve("c.yaml"),
            "{sampling: {frequencyHz: 99}, symbols: {cacheDir: " + dir.resolve("cache") + "}}");
    List<String> args = new ArrayList<>(List.of("record", "--config", config.toString()));
    args.addAll(List.of(more));
    return program.run(args.toArray(String[]::new));
  }

  private Path recorded(String name, String... more) throws Exception {
    Path file = dir.resolve(name);
    List<String> args = new ArrayList<>(List.of("-o", file.toString(), "--duration", "2s"));
    args.addAll(List.of(more));
    Program.Result result = record(args.toArray(String[]::new));
    assertEquals(0, result.exitCode(), result::toString);
    assertTrue(
        result.out().matches("(?s)Wrote [1-9]\\d* samples at 99 Hz to .*"), result::toString);
    assertEquals("", result.err()); // in a pipe there is no progress to see
    return file;
  }

  private String pid() {
    return String.valueOf(burner.pid());
  }

  @Test
  void pprofIsReadByGo() throws Exception {
    Path file = recorded("a.pb.gz", "--pid", pid());
    String top = output("go", "tool", "pprof", "-top", file);
    assertTrue(top.contains("Type: cpu"), top);
    assertTrue(top.lines().anyMatch(line -> line.endsWith(" " + FUNCTION)), top);
    assertEquals("File: burn", top.lines().findFirst().orElse(""), top);
  }

  @Test
  void pprofOfTheHostHasTargetsAsLabels() throws Exception {
    Path file = recorded("host.pb.gz");
    String tags = output("go", "tool", "pprof", "-tags", file);
    assertTrue(tags.contains("service_name: Total "), tags);
    String plain = output("go", "tool", "pprof", "-traces", file);
    assertTrue(plain.lines().noneMatch(line -> line.startsWith("File:")), plain);
    String service = service(tags);
    String rooted = output("go", "tool", "pprof", "-traces", "-tagroot", "service_name", file);
    assertTrue(frames(rooted, service) > frames(plain, service), rooted);
  }

  private static long frames(String traces, String function) {
    return traces.lines().filter(line -> line.strip().equals(function)).count();
  }

  /** One of the services that pprof lists, a line each: {@code 1.5s (74.75%): burn}. */
  private static String service(String tags) {
    return tags.lines()
        .filter(line -> line.matches(" +[0-9.]+[a-z]+ \\( *[0-9.]+%\\): .*"))
        .map(line -> line.substring(line.indexOf("): ") + 3))
        .findFirst()
        .orElseGet(() -> fail(tags));
  }

  @Test
  void foldedLinesAreStacksAndNanoseconds() throws Exception {
    Path file = recorded("a.folded", "--pid", pid());
    List<String> lines = Files.readAllLines(file);
    assertFalse(lines.isEmpty());
    for (String line : lines) {
      assertTrue(line.matches(".+ [1-9][0-9]*"), line);
      long value = Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
      assertEquals(0, value % (1_000_000_000L / 99), line); // samples of one period each
    }
    assertTrue(lines.stream().anyMatch(line -> line.contains("main;" + FUNCTION)), lines::toString);
  }

  @Test
  void wholeHostHasTheTargetAsRoot() throws Exception {
    Path file = recorded("host.folded");
    assertTrue(
        Files.readAllLines(file).stream().anyMatch(l -> l.contains(";main;" + FUNCTION)),
        () -> "without " + FUNCTION);
  }

  @Test
  void pageIsShownByABrowser() throws Exception {
    Path file = recorded("a.html", "--pid", pid());
    String dom =
        output(
            "chromium",
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--user-data-dir=" + dir.resolve("browser"),
            "--virtual-time-budget=5000",
            "--dump-dom",
            file.toUri());
    String page = dom.replaceAll("(?s)<script.*?</script>", "");
    assertTrue(page.contains(FUNCTION), page);
  }

  @Test
  void endsWhenTheProcessEnds() throws Exception {
    Process brief = new ProcessBuilder(dir.resolve("burn").toString(), "12").start();
    Path file = dir.resolve("b.folded");
    long start = System.nanoTime();
    Program.Result result =
        record("--pid", String.valueOf(brief.pid()), "--duration", "10m", "-o", file.toString());
    assertEquals(0, result.exitCode(), result::toString);
    assertTrue(TimeUnit.NANOSECONDS.toMinutes(System.nanoTime() - start) < 10);
    String stacks = Files.readString(file);
    assertTrue(stacks.contains(FUNCTION), stacks);
    assertTrue(
        result
            .out()
            .matches(
                "Ended early, after 1?\\d\\.\\d s of 10m: every selected process has ended\\.\\n"
                    + "Wrote \\d+ samples at 99 Hz to .*\\n"),
        result::toString);
  }

  @Test
  void interruptedRecordingIsWritten() throws Exception {
    Path file = dir.resolve("c.folded");
    try (Program.Running running =
        program.start(
            "record",
            "--duration",
            "1h",
            "--pid",
            pid(),
            "--frequency",
            "199",
            "-o",
            file.toString())) {
      Thread.sleep(6000); // there is nothing to see of it before
      Program.Result result = running.stop("INT");
      assertEquals(0, result.exitCode(), result::toString);
      assertTrue(Files.readString(file).contains(FUNCTION));
      assertTrue(
          result
              .out()
              .matches(
                  "Ended early, after \\d+\\.\\d s of 1h: a signal came\\.\\n"
                      + "Wrote \\d+ samples at 199 Hz to .*\\n"),
          result::toString);
      assertEquals("", result.err());
    }
  }

  @Test
  void signalThatComesWhileItStartsIsToldAsAnyOther() throws Exception {
    Path file = dir.resolve("early.folded");
    try (Program.Running running =
        program.start("record", "--duration", "1h", "--pid", pid(), "-o", file.toString())) {
      Path maps = Path.of("/proc/" + running.process.pid() + "/maps");
      Program.await(() -> holds(maps, "libnodeflame"), "the native library in " + maps);
      Program.Result result = running.stop("INT");
      assertTrue(
          result.out().matches("(?s)Ended early, after \\d+\\.\\d s of 1h: a signal came\\.\\n.*"),
          result::toString);
      assertEquals(Files.exists(file) ? 0 : 1, result.exitCode(), result::toString);
      assertEquals(Files.exists(file), !result.err().contains("no sample was taken"), file + "");
    }
  }

  private static boolean holds(Path file, String text) {
    try {
      return Files.readString(file).contains(text);
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void aProfileGoesToTheStandardOutputAndWordsDoNot() throws Exception {
    Path profile = dir.resolve("piped.pb.gz");
    try (Program.Running running =
        program.start("record", "--duration", "2s", "--pid", pid(), "-o", "-")) {
      Program.Result result = running.await();
      assertEquals(0, result.exitCode(), result.err());
      assertTrue(result.err().matches("Wrote \\d+ samples at 99 Hz to -\\.\\n"), result.err());
      Files.copy(running.outFile(), profile);
    }
    assertTrue(Gunzip.unpack(Files.readAllBytes(profile), 1 << 20).length > 100);
  }

  @Test
  void fullDiskIsToldWithTheFile() throws Exception {
    Path file = Files.createSymbolicLink(dir.resolve("full.folded"), Path.of("/dev/full"));
    record("--duration", "2s", "--pid", pid(), "-o", file.toString())
        .assertFailed(1, file + " cannot be written: No space left on device");
  }

  @Test
  void wrongUseIsTwoAndFailureIsOne() throws Exception {
    record("--duration", "0s").assertFailed(2, "--duration 0s");
    record("--duration", "soon").assertFailed(2, "--duration soon");
    record("--duration", "2h").assertFailed(2, "--duration 2h");
    record("--frequency", "0").assertFailed(2, "--frequency 0");
    record("-o", "a.txt").assertFailed(2, "-o a.txt");
    record("--pid", "4194305").assertFailed(2, "no such process");
    record("--pid", "0").assertFailed(2, "no such process");
    record("--pid", "1", "--container", "0123456789ab").assertFailed(2, "exclude each other");
    record("--nope").assertFailed(2, "--nope");
    record("-o", "/nonexistent/a.folded").assertFailed(1, "/nonexistent");
    record("-o", "/proc/a.folded", "--duration", "1s").assertFailed(1, "/proc");
    record("--container", "0123456789ab", "--duration", "1h", "-o", dir.resolve("d.folded") + "")
        .assertFailed(
            2, "--container 0123456789ab: no process of this host is in such a container");
    assertFalse(Files.exists(dir.resolve("d.folded")));
  }
}
