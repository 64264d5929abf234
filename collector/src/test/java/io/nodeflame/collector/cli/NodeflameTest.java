package io.nodeflame.collector.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.collector.config.ConfigLoader;
import io.nodeflame.collector.config.NodeflameConfig;
import io.nodeflame.collector.doctor.Check;
import io.nodeflame.collector.doctor.CheckResult;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class NodeflameTest {
  private static final Map<String, String> ENV = Map.of("TOKEN", "hunter2");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private List<Check> checks = List.of(() -> CheckResult.ok("fake", "good"));

  @TempDir Path dir;

  /** A command that fails in a way of the test's choice. */
  @Command(name = "fail")
  private static final class FailCommand implements Callable<Integer> {
    private final Throwable failure;

    FailCommand(Throwable failure) {
      this.failure = failure;
    }

    @Override
    public Integer call() throws Exception {
      if (failure instanceof Error error) {
        throw error;
      }
      throw (Exception) failure;
    }
  }

  private final StopSignal signal = new StopSignal();

  private int run(List<Object> commands, String... args) {
    CommandLine program = Nodeflame.commandLine(commands);
    program.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return signal.end(Nodeflame.execute(program, args));
  }

  private int run(String... args) {
    return run(
        List.of(new ConfigCommand(ENV), new DoctorCommand(ENV, config -> checksFor(config))), args);
  }

  private List<Check> checksFor(NodeflameConfig config) {
    return config.sampling().frequencyHz() == 7
        ? List.of(() -> CheckResult.failed("seven", "bad", "six"))
        : checks;
  }

  private String file(String yaml) throws IOException {
    return Files.writeString(dir.resolve("c.yaml"), yaml).toString();
  }

  private static void assertOneSentence(String expected, String printed) {
    assertEquals(expected + System.lineSeparator(), printed);
  }

  @Test
  void goodFile() throws IOException {
    String file = file("sampling: {frequencyHz: 99}\nbudget: {cpuPercent: 3}");
    assertEquals(0, run("config", "check", file));
    assertOneSentence(file + " is good", out.toString());
    assertOneSentence("warning: budget has no effect yet", err.toString());
  }

  @Test
  void badFileGivesEveryProblemAndTwo() throws IOException {
    assertEquals(2, run("config", "check", file("sampling: {frequencyHz: 0}\nstores: {}\n")));
    assertEquals("", out.toString());
    assertEquals(
        """
        line 1: sampling.frequencyHz: '0' is not allowed; allowed: 1..1000
        line 2: stores: unknown key; did you mean 'store'?
        """,
        err.toString());
  }

  @Test
  void verboseShowsTheTraceAndNoSecret() throws IOException {
    String file = file("pyroscope: [{url: 'http://a:hunter2@b', bearerToken: 'hunter2'}]");
    assertEquals(2, run("-v", "config", "check", file));
    assertTrue(err.toString().contains("\tat "), err.toString());
    assertEquals(2, run("config", "check", "-v", file));
    assertFalse(err.toString().contains("hunter2"), err.toString());
  }

  @Test
  void missingFileIsWrongUse() {
    assertEquals(2, run("config", "check", dir.resolve("none").toString()));
    assertTrue(err.toString().startsWith("nodeflame: file " + dir.resolve("none")), err.toString());
    assertFalse(err.toString().contains("\tat "), err.toString());
  }

  @Test
  void theEnvironmentMayNameTheFile() throws Exception {
    String file = file("sampling: {frequencyHz: 77}");
    Map<String, String> env = Map.of("NODEFLAME_CONFIG", file);
    assertEquals(0, run(List.of(new ConfigCommand(env)), "config", "print"));
    assertTrue(out.toString().contains("frequencyHz: 77"), out.toString());
    assertEquals(0, run(List.of(new ConfigCommand(env)), "config", "check"));
    out.getBuffer().setLength(0);
    Path other = Files.writeString(dir.resolve("other.yaml"), "sampling: {frequencyHz: 78}");
    assertEquals(0, run(List.of(new ConfigCommand(env)), "config", "print", other + ""));
    assertTrue(out.toString().contains("frequencyHz: 78"), out.toString());
  }

  @Test
  void directoryIsWrongUse() {
    assertEquals(2, run("config", "check", dir.toString()));
    assertTrue(err.toString().startsWith("nodeflame: " + dir + ": "), err.toString());
    assertTrue(err.toString().contains("this is a directory"), err.toString());
  }

  @Test
  void printGivesAConfigurationWithMaskedSecrets() throws Exception {
    String file =
        file("pyroscope: [{url: 'http://a', bearerToken: '${TOKEN}', headers: {X-A: hunter2}}]");
    assertEquals(0, run("config", "print", "--config", file));
    assertFalse(out.toString().contains("hunter2"), out.toString());
    assertTrue(out.toString().contains("frequencyHz: 19"), out.toString());
    assertEquals("", err.toString());
  }

  @Test
  void checkAndPrintTakeTheFileEitherWay() throws Exception {
    String file = file("sampling: {frequencyHz: 7}");
    assertEquals(0, run("config", "check", "--config", file));
    assertOneSentence(file + " is good", out.toString());
    out.getBuffer().setLength(0);
    assertEquals(0, run("config", "print", file));
    assertTrue(out.toString().contains("frequencyHz: 7"), out.toString());
    String none = dir.resolve("none").toString();
    assertEquals(2, run("config", "check", "--config", none));
    assertEquals(2, run("config", "print", none));
    for (String command : List.of("check", "print")) {
      err.getBuffer().setLength(0);
      assertEquals(2, run("config", command, file, "--config", file));
      assertTrue(err.toString().contains("give one of them"), err.toString());
    }
  }

  private String help(String command) {
    out.getBuffer().setLength(0);
    assertEquals(
        0,
        run(
            List.of(new RunCommand(ENV, signal), new RecordCommand(ENV, signal)),
            command,
            "--help"));
    return out.toString().replaceAll("\\s+", " ");
  }

  @Test
  void helpNamesUnitsAndDefaults() {
    String record = help("record");
    for (String words :
        List.of(
            "CPU time in nanoseconds",
            "cpu in nanoseconds",
            "-tagroot service_name",
            "without --config 19 for run, 99 for record",
            "Default: profile.pb.gz")) {
      assertTrue(record.contains(words), () -> words + " is not in " + record);
    }
    String run = help("run");
    for (String words : List.of("--listen=ADDRESS", "--config=FILE", "--allow-unsafe-kernel")) {
      assertTrue(run.contains(words), () -> words + " is not in " + run);
    }
  }

  @Test
  void listenIsCheckedAsTheFileIs() throws Exception {
    String allowed = "'nowhere' is not allowed; allowed: HOST:PORT, [IPv6]:PORT or :PORT";
    List<Object> commands = List.of(new RunCommand(ENV, signal), new ConfigCommand(ENV));
    assertEquals(2, run(commands, "run", "--listen", "nowhere"));
    assertTrue(err.toString().startsWith("nodeflame: --listen: " + allowed), err.toString());
    err.getBuffer().setLength(0);
    assertEquals(2, run(commands, "config", "check", file("server: {listen: nowhere}")));
    assertTrue(err.toString().startsWith("line 1: server.listen: " + allowed), err.toString());
  }

  @Test
  void printWithoutFileGivesTheDefaults() throws Exception {
    assertEquals(0, run("config", "print"));
    assertEquals(NodeflameConfig.DEFAULT, ConfigLoader.load(out.toString(), Map.of()).config());
  }

  @Test
  void doctorEndsWithItsFinding() throws IOException {
    assertEquals(0, run("doctor"));
    assertEquals("ok       fake  good\n1 ok, 0 warning, 0 failed\n", out.toString());
    checks = List.of(() -> CheckResult.warning("fake", "so so", "better"));
    assertEquals(0, run("doctor"));
    checks = List.of(() -> CheckResult.failed("fake", "bad", "good"));
    assertEquals(1, run("doctor"));
  }

  @Test
  void doctorUsesTheFile() throws IOException {
    assertEquals(1, run("doctor", "--json", "--config", file("sampling: {frequencyHz: 7}")));
    assertTrue(out.toString().contains("\"name\" : \"seven\""), out.toString());
    assertEquals(2, run("doctor", "--config", file("sampling: 7")));
    assertEquals(2, run("doctor", "--config", dir.resolve("none").toString()));
  }

  @Test
  void realDoctorRuns() {
    int exit = run(List.of(new DoctorCommand(Map.of())), "doctor");
    assertEquals(out.toString().contains(" 0 failed\n") ? 0 : 1, exit);
    assertTrue(out.toString().contains("kernel"), out.toString());
  }

  @Test
  void wrongUse() {
    for (String[] args :
        new String[][] {
          {},
          {"confg"},
          {"config"},
          {"config", "check"},
          {"--nope"},
          {"doctor", "x"},
          {"config", "print", "--config"}
        }) {
      err.getBuffer().setLength(0);
      assertEquals(2, run(args), () -> String.join(" ", args));
      assertTrue(err.toString().startsWith("nodeflame: "), err.toString());
      assertTrue(err.toString().contains("--help'."), err.toString());
      assertFalse(err.toString().contains("\tat "), err.toString());
    }
    run("confg");
    assertTrue(err.toString().contains("config"), err.toString());
  }

  @Test
  void helpAndVersion() {
    assertEquals(0, run("--help"));
    assertTrue(out.toString().contains("doctor"), out.toString());
    assertEquals(0, run("config", "check", "--help"));
    out.getBuffer().setLength(0);
    assertEquals(0, run("--version"));
    assertEquals("nodeflame " + ProgramVersion.read(), out.toString().strip());
  }

  @Test
  void versionOfMavensProperties() throws IOException {
    byte[] properties = "artifactId=collector\nversion=1.2.3\n".getBytes(StandardCharsets.UTF_8);
    assertEquals("1.2.3", ProgramVersion.version(new ByteArrayInputStream(properties)));
  }

  @Test
  void failuresAreOneSentence() {
    assertEquals(1, run(List.of(new FailCommand(new IOException("disk full\nat line 2"))), "fail"));
    assertOneSentence("nodeflame: disk full", err.toString());
    err.getBuffer().setLength(0);
    assertEquals(1, run(List.of(new FailCommand(new AccessDeniedException("/x"))), "fail"));
    assertOneSentence("nodeflame: /x may not be read or written by this user", err.toString());
    err.getBuffer().setLength(0);
    assertEquals(1, run(List.of(new FailCommand(new IllegalStateException())), "fail"));
    assertOneSentence(
        "nodeflame: unexpected: IllegalStateException: IllegalStateException", err.toString());
    err.getBuffer().setLength(0);
    assertEquals(1, run(List.of(new FailCommand(new UnsatisfiedLinkError("no bpf"))), "fail"));
    assertOneSentence("nodeflame: unexpected: UnsatisfiedLinkError: no bpf", err.toString());
  }

  @Test
  void failuresShowTheirTraceWhenVerbose() {
    assertEquals(1, run(List.of(new FailCommand(new IOException("disk full"))), "fail", "-v"));
    assertTrue(err.toString().contains("\tat " + NodeflameTest.class.getName()), err.toString());
  }

  @Test
  void terminalIsToldByItsDevice() throws IOException {
    assertTrue(
        Terminal.isTerminal(Files.createSymbolicLink(dir.resolve("a"), Path.of("/dev/pts/0"))));
    assertFalse(
        Terminal.isTerminal(Files.createSymbolicLink(dir.resolve("b"), Path.of("pipe:[1]"))));
    assertFalse(Terminal.isTerminal(dir.resolve("none")));
    assertFalse(Terminal.takesColors(Map.of("TERM", "xterm", "NO_COLOR", "1")));
    assertFalse(Terminal.takesColors(Map.of()));
  }

  /** What the options make of a file, seen by a command that samples nothing. */
  @Command(name = "show")
  private static final class ShowCommand implements Callable<Integer> {
    @Mixin private final SamplingOptions options = new SamplingOptions();
    private int frequencyHz;

    @Override
    public Integer call() throws Exception {
      frequencyHz = options.configure(ENV, 99, same -> same).sampling().frequencyHz();
      return ExitCode.GOOD;
    }
  }

  private int frequency(String... args) {
    ShowCommand show = new ShowCommand();
    List<String> all = new ArrayList<>(List.of("show"));
    all.addAll(List.of(args));
    assertEquals(0, run(List.of(show), all.toArray(String[]::new)), err::toString);
    return show.frequencyHz;
  }

  @Test
  void frequencyIsThatOfTheCommandLineThenOfTheFileThenTheCommands() throws IOException {
    String file = file("sampling: {frequencyHz: 7}");
    assertEquals(99, frequency());
    assertEquals(50, frequency("--frequency", "50"));
    assertEquals(7, frequency("--config", file));
    assertEquals(50, frequency("--frequency", "50", "--config", file));
    assertEquals(19, frequency("--config", file("nodeName: a")));
    assertEquals(2, run(List.of(new ShowCommand()), "show", "--frequency", "0"));
    assertTrue(err.toString().contains("--frequency 0"), err.toString());
  }
}
