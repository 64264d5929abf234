package io.nodeflame.collector.truth;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program that runs under the workload {@code accounted}, which asks the kernel for its CPU. */
final class Accounted {
  private static final Pattern ACCOUNT = Pattern.compile("pid (\\d+) status (\\d+) nanos (\\d+)");
  private static final String SIGKILL = "9";

  private final Process process;

  private Accounted(Process process) {
    this.process = process;
  }

  /** Starts the command; the kernel kills it when it has used so many seconds of CPU time. */
  static Accounted start(Path accounted, int cpuSeconds, List<String> command) throws IOException {
    List<String> all = new ArrayList<>(List.of(accounted.toString(), Integer.toString(cpuSeconds)));
    all.addAll(command);
    return start(directoryOf(accounted), all);
  }

  private static Path directoryOf(Path file) {
    return Objects.requireNonNull(file.getParent());
  }

  /** Starts a command that in the end runs {@code accounted}. */
  static Accounted start(Path directory, List<String> command) throws IOException {
    // Ahead of what else the machine does, so that little is left to chance.
    List<String> all = new ArrayList<>(List.of("nice", "-n", "-10"));
    all.addAll(command);
    return new Accounted(
        new ProcessBuilder(all)
            .directory(directory.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Waits for the end.
   *
   * @return nanoseconds of CPU time of the program and the children that it waited for
   */
  long awaitCpuNanos() throws IOException, InterruptedException {
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    Matcher account = ACCOUNT.matcher(output);
    assertTrue(account.find(), "no account: " + output);
    assertTrue(List.of("0", SIGKILL).contains(account.group(2)), output);
    // What a runtime leaves behind on the host.
    Files.deleteIfExists(Path.of("/tmp/perf-" + account.group(1) + ".map"));
    return Long.parseLong(account.group(3));
  }
}
