package io.nodeflame.collector.truth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Builds the programs of {@code src/test/workloads} into a directory of the test. */
final class Workloads {
  private static final Path SOURCES = Path.of("src/test/workloads").toAbsolutePath();

  private final Path directory;

  Workloads(Path directory) throws InterruptedException {
    Command.require("gcc", "--version");
    this.directory = directory;
  }

  static Path source(String name) {
    return SOURCES.resolve(name);
  }

  /** Compiles a C file with frame pointers. */
  Path c(String source, String name, String... flags) throws IOException, InterruptedException {
    Path program = directory.resolve(name);
    List<String> command =
        new ArrayList<>(
            List.of("gcc", "-O2", "-fno-omit-frame-pointer", "-pthread", "-Wall", "-Werror"));
    command.addAll(List.of(flags));
    command.addAll(List.of("-o", program.toString(), source(source).toString()));
    Command.run(directory, command.toArray(String[]::new));
    return program;
  }

  /** Builds the Go program with the given toolchain. */
  Path go(String toolchain, String name, String... flags) throws IOException, InterruptedException {
    Path program = directory.resolve(name);
    List<String> command = new ArrayList<>(List.of(toolchain, "build"));
    command.addAll(List.of(flags));
    command.addAll(List.of("-o", program.toString(), "."));
    Map<String, String> environment =
        Map.of("CGO_ENABLED", "0", "GOFLAGS", "-mod=mod", "GOTOOLCHAIN", "local", "GOWORK", "off");
    Command.run(source("gowork"), environment, command.toArray(String[]::new));
    return program;
  }

  /**
   * The tools to test with: the one on the path, and those that a system property names, separated
   * by colons.
   */
  static List<String> toolchains(String onPath, String property) {
    List<String> tools = new ArrayList<>(List.of(onPath));
    for (String tool : System.getProperty(property, "").split(":", -1)) {
      if (!tool.isEmpty()) {
        tools.add(tool);
      }
    }
    return tools;
  }

  Path directory(String name) throws IOException {
    return Files.createDirectories(directory.resolve(name));
  }
}
