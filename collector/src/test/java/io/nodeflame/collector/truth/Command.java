package io.nodeflame.collector.truth;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** Runs tools of the system. */
final class Command {
  private Command() {}

  /** Output of a command that must succeed. */
  static String run(Path directory, String... command) throws IOException, InterruptedException {
    return run(directory, Map.of(), command);
  }

  static String run(Path directory, Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      fail(String.join(" ", command) + ": " + output);
    }
    return output;
  }

  /** Skips the test when a program cannot be run, or fails where kernel tests must run. */
  static void require(String... command) throws InterruptedException {
    boolean isThere;
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      isThere = process.waitFor() == 0;
    } catch (IOException e) {
      isThere = false;
    }
    String reason = String.join(" ", command) + " does not run here";
    if (!isThere && Boolean.getBoolean("nodeflame.kernel.required")) {
      fail("a kernel test must run here, but " + reason);
    }
    Assumptions.assumeTrue(isThere, reason);
  }
}
