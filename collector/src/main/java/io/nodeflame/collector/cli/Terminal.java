package io.nodeflame.collector.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Whether people watch the standard output. */
final class Terminal {
  private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");

  private Terminal() {}

  /** On a terminal, unless {@code NO_COLOR} is set (no-color.org) or it is a dumb one. */
  static boolean takesColors(Map<String, String> env) {
    return env.getOrDefault("NO_COLOR", "").isEmpty()
        && !env.getOrDefault("TERM", "dumb").equals("dumb")
        && isTerminal(STANDARD_OUTPUT);
  }

  /**
   * {@code System.console()} cannot tell: since JDK 22 it exists for pipes too.
   *
   * @param descriptor a link of {@code /proc/self/fd}
   */
  static boolean isTerminal(Path descriptor) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
