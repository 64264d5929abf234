package io.nodeflame.collector.truth;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Runs the program {@code JavaLoads} in a Java machine whose executable has a name of its own, so
 * that its samples can be told from all others.
 */
final class JavaLoad {
  /** It ends by itself, a little late. */
  private static final int SPARE_SECONDS = 5;

  /** Those of this test. */
  private static final String LIBRARIES = System.getProperty("java.class.path");

  private final Path directory;
  private final Path home;
  private final Path accounted;
  private final Path jar;

  /**
   * Compiles the program and the tool that accounts for it.
   *
   * @param home of the JDK to run
   */
  JavaLoad(Path directory, Path home) throws IOException, InterruptedException {
    this.directory = directory;
    this.home = home;
    accounted = new Workloads(directory).c("accounted.c", "accounted");
    Path classes = Files.createDirectories(directory.resolve("classes"));
    Command.run(
        directory,
        javac().toString(),
        "-nowarn",
        "-g",
        "-d",
        classes.toString(),
        "-cp",
        LIBRARIES,
        Workloads.source("JavaLoads.java").toString(),
        Workloads.source("LibraryLoads.java").toString());
    jar = directory.resolve("loads.jar"); // archives of classes take no directories
    Command.run(
        directory,
        home.resolve("bin/jar").toString(),
        "--create",
        "--file",
        jar.toString(),
        "-C",
        classes.toString(),
        ".");
  }

  /** Homes of the JDKs to test: this one's, and those found or named beside it. */
  static List<Path> homes() throws IOException {
    List<Path> homes = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"))));
    for (String named : System.getProperty("nodeflame.test.jdks", "").split(":", -1)) {
      if (!named.isEmpty()) {
        homes.add(Path.of(named));
      }
    }
    Path system = Path.of("/usr/lib/jvm");
    if (homes.size() == 1 && Files.isDirectory(system)) {
      try (var entries = Files.newDirectoryStream(system, "*-25-*")) {
        entries.forEach(homes::add);
      }
    }
    return homes;
  }

  /** The feature version that a JDK's file {@code release} tells, such as 17. */
  static int feature(Path home) {
    try {
      return Files.readAllLines(home.resolve("release")).stream()
          .filter(line -> line.startsWith("JAVA_VERSION="))
          .map(line -> line.substring("JAVA_VERSION=".length()).replace("\"", ""))
          .mapToInt(version -> Runtime.Version.parse(version).feature())
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path javac() {
    return home.resolve("bin/javac");
  }

  /** Version as the machine says it. */
  String version() throws IOException, InterruptedException {
    String text = Command.run(directory, home.resolve("bin/java").toString(), "-version");
    return text.lines().findFirst().orElse("");
  }

  /** A copy of the launcher, beside links to the rest of its JDK. */
  private Path launcher(String name) throws IOException {
    Path copy = Files.createDirectories(directory.resolve("jdk-" + name).resolve("bin"));
    Path launcher = copy.resolve(name);
    if (!Files.exists(launcher)) {
      Files.copy(home.resolve("bin/java"), launcher);
      for (String part : List.of("lib", "conf")) {
        if (Files.exists(home.resolve(part))) {
          Files.createSymbolicLink(copy.resolveSibling(part), home.resolve(part).toRealPath());
        }
      }
    }
    return launcher;
  }

  /** Something that takes CPU time; returns nanoseconds of it. */
  interface Run {
    long of(String name) throws Exception;
  }

  /** All of them, two at a time: what is compared is CPU time. */
  static Map<String, Long> twoAtATime(List<String> names, Run run) throws Exception {
    Map<String, Long> cpuNanos = new ConcurrentHashMap<>();
    ExecutorService two = Executors.newFixedThreadPool(2);
    try {
      List<Future<Long>> runs = new ArrayList<>();
      for (String name : names) {
        runs.add(two.submit(() -> cpuNanos.put(name, run.of(name))));
      }
      for (Future<Long> each : runs) {
        each.get();
      }
    } finally {
      two.shutdownNow();
    }
    return cpuNanos;
  }

  /** Where the machine may keep an archive of its own. */
  Path archive(String name) {
    return directory.resolve(name);
  }

  private static boolean isOfLibrary(String load) {
    return load.equals("database") || load.equals("server");
  }

  /** The class that has a method of the load's name. */
  static String program(String load) {
    return isOfLibrary(load) ? "LibraryLoads" : "JavaLoads";
  }

  private String classPath(String load) {
    return isOfLibrary(load) ? jar + File.pathSeparator + LIBRARIES : jar.toString();
  }

  /**
   * Runs a load for some seconds of CPU time.
   *
   * @param service name of its executable
   * @return nanoseconds of CPU time that it took
   */
  long run(String service, String load, int cpuSeconds, List<String> options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(launcher(service).toString()));
    command.addAll(options);
    command.add("-Djava.io.tmpdir=" + directory);
    command.addAll(List.of("-Xmx256m", "-cp", classPath(load), program(load), load));
    command.add(Integer.toString(cpuSeconds));
    return Accounted.start(accounted, cpuSeconds + SPARE_SECONDS, command).awaitCpuNanos();
  }
}
