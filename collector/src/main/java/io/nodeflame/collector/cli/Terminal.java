package io.nodeflame.collector.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Whether people watch what is printed. */
final class Terminal {
  private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");
  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

  private Terminal() {}

  /** On a terminal, unless {@code NO_COLOR} is set (no-color.org) or it is a dumb one. */
  static boolean takesColors(Map<String, String> env) {
    return env.getOrDefault("NO_COLOR", "").isEmpty()
        && isSmart(env)
        && isTerminal(STANDARD_OUTPUT);
  }

  /** Whether a line on the standard error may be written over. */
  static boolean takesProgress(Map<String, String> env) {
    return isSmart(env) && isTerminal(STANDARD_ERROR);
  }

  private static boolean isSmart(Map<String, String> env) {
    return !env.getOrDefault("TERM", "dumb").equals("dumb");
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
