package io.nodeflame.collector.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs programs of this machine, each with a deadline. */
final class Shell {
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private Shell() {}

  /** How a program ended. */
  record Result(String command, int exitCode, String out, String err) {
    /** The output of a program that must have succeeded. */
    String succeeded() {
      assertEquals(0, exitCode, this::toString);
      return out;
    }
  }

  static Result run(List<String> command) throws IOException, InterruptedException {
    return run(command, "");
  }

  static Result run(List<String> command, String input) throws IOException, InterruptedException {
    Path in = Files.createTempFile("e2e", ".in");
    Path out = Files.createTempFile("e2e", ".out");
    Path err = Files.createTempFile("e2e", ".err");
    try {
      Files.writeString(in, input);
      Process process =
          new ProcessBuilder(command)
              .redirectInput(in.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      boolean ended = process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS);
      process.destroyForcibly();
      String line = String.join(" ", command);
      assertTrue(ended, () -> "still runs: " + line);
      return new Result(line, process.exitValue(), text(out), text(err));
    } finally {
      Files.delete(in);
      Files.delete(out);
      Files.delete(err);
    }
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
