package io.nodeflame.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compiles the walker of the BPF program as an ordinary one, with memory of its own and the
 * sanitizers, and lets it walk; the checks are in {@code src/test/c}.
 */
class WalkerTest {
  private static final List<String> COMPILER =
      List.of(
          "gcc",
          "-std=gnu11",
          "-g",
          "-O1",
          "-Wall",
          "-Wextra",
          "-Werror",
          "-fsanitize=address,undefined",
          "-fno-sanitize-recover=all",
          "-D__TARGET_ARCH_x86",
          "-Isrc/main/bpf",
          "-Isrc/test/c");

  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(strings = {"walker_test", "java_walker_test"})
  void stacksMadeByHand(String name) throws Exception {
    Path program = dir.resolve(name);
    List<String> files = List.of("-o", program.toString(), "src/test/c/" + name + ".c");
    assertEquals("", output(Stream.concat(COMPILER.stream(), files.stream()).toList()));
    assertEquals("", output(List.of(program.toString())));
  }

  /** What a command prints, which must end well. */
  private static String output(List<String> command) throws Exception {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      if (Boolean.getBoolean("nodeflame.kernel.required")) {
        throw e;
      }
      return Assumptions.abort("skipped: " + e.getMessage());
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() == 0 ? output : fail(String.join(" ", command) + ":\n" + output);
  }
}
