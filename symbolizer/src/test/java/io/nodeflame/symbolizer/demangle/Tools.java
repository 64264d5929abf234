package io.nodeflame.symbolizer.demangle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** Compilers and binutils that tests compare with. */
final class Tools {
  private Tools() {}

  /** Skips the test with a reason when a tool or file is missing; fails where CI wants all run. */
  static void require(boolean condition, String what) {
    if (condition) {
      return;
    }
    if (Boolean.getBoolean("nodeflame.kernel.required")) {
      fail(what + " is missing");
    }
    System.out.println("skipped: " + what + " is missing");
    abort(what + " is missing");
  }

  static void requireTool(String name) {
    boolean isThere = false;
    for (String directory : System.getenv("PATH").split(":", -1)) {
      isThere |= Files.isExecutable(Path.of(directory, name));
    }
    require(isThere, "the program " + name);
  }

  /** Standard output of a command that reads the given file, or nothing. */
  static List<String> run(Path directory, Path input, String... command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(directory, "out", ".txt");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectInput(input == null ? Path.of("/dev/null").toFile() : input.toFile());
    builder.redirectOutput(output.toFile());
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    assertTrue(process.waitFor(120, TimeUnit.SECONDS), command[0] + " takes too long");
    assertEquals(0, process.exitValue(), String.join(" ", command));
    return Files.readAllLines(output, StandardCharsets.UTF_8);
  }

  /** Distinct mangled names among the symbols that nm lists, without their versions. */
  static List<String> mangled(Path directory, String... nm)
      throws IOException, InterruptedException {
    TreeSet<String> names = new TreeSet<>();
    for (String line : run(directory, null, nm)) {
      String symbol = line.substring(line.lastIndexOf(' ') + 1);
      int version = symbol.indexOf('@');
      String name = version < 0 ? symbol : symbol.substring(0, version);
      if (name.startsWith("_Z") || name.startsWith("_R")) {
        names.add(name);
      }
    }
    return List.copyOf(names);
  }

  static List<String> cxxfilt(Path directory, List<String> names)
      throws IOException, InterruptedException {
    Path input = Files.createTempFile(directory, "names", ".txt");
    Files.write(input, names, StandardCharsets.UTF_8);
    List<String> demangled = run(directory, input, "c++filt");
    assertEquals(names.size(), demangled.size());
    return demangled;
  }

  /**
   * Compares FULL names with c++filt's, where it knows one, and prints the share.
   *
   * @return the names that differ, with both forms
   */
  static List<String> differences(String what, List<String> names, List<String> expected) {
    List<String> differences = new ArrayList<>();
    int compared = 0;
    for (int i = 0; i < names.size(); i++) {
      if (expected.get(i).equals(names.get(i))) {
        continue;
      }
      compared++;
      String actual = Demangler.demangle(names.get(i), Style.FULL);
      if (!actual.equals(expected.get(i))) {
        differences.add(names.get(i) + "\n  is     " + actual + "\n  wanted " + expected.get(i));
      }
    }
    System.out.printf(
        "%s: %d of %d names as c++filt has them (%.3f %%)%n",
        what,
        compared - differences.size(),
        compared,
        100.0 * (compared - differences.size()) / Math.max(1, compared));
    assertTrue(compared > 0, "nothing compared");
    return differences;
  }
}
