package io.nodeflame.symbolizer.callframe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** Runs the compilers and readers that tests compare with. */
public final class SystemTool {
  private SystemTool() {}

  /** Skips the test when a program is not installed; fails it where nothing may be skipped. */
  public static void require(String program) {
    for (String directory : System.getenv("PATH").split(File.pathSeparator, -1)) {
      if (Files.isExecutable(Path.of(directory, program))) {
        return;
      }
    }
    if (Boolean.getBoolean("nodeflame.kernel.required")) {
      fail("the program " + program + " is not installed");
    }
    Assumptions.abort("the program " + program + " is not installed");
  }

  /** Runs a program and returns the file with its output; its exit code must be 0. */
  public static Path run(
      Path directory, Map<String, String> environment, String input, List<String> command)
      throws IOException, InterruptedException {
    Path in = Files.createTempFile(directory, "in", ".txt");
    Path out = Files.createTempFile(directory, "out", ".txt");
    Path err = Files.createTempFile(directory, "err", ".txt");
    Files.writeString(in, input);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    int exit =
        builder
            .directory(directory.toFile())
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start()
            .waitFor();
    assertEquals(0, exit, () -> command + ": " + text(err));
    return out;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
