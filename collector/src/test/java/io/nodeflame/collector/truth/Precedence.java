package io.nodeflame.collector.truth;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Puts the profiler ahead of the workloads, and both ahead of what else the machine does: what a
 * starved profiler loses it counts, but here the question is what it makes of the rest.
 */
final class Precedence {
  private static final String NICE = "-15";

  /** Where the kernel groups by session, nice values count only among the threads of one. */
  private static final Path SESSION = Path.of("/proc/self/autogroup");

  private Precedence() {}

  static void take() throws IOException, InterruptedException {
    niceSession(NICE);
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
      for (Path thread : threads) {
        new ProcessBuilder("renice", "-n", NICE, "-p", thread.getFileName().toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor(); // a thread may have ended meanwhile
      }
    }
  }

  /** For the session; the threads are those of a JVM that only runs tests. */
  static void giveBack() throws IOException {
    niceSession("0");
  }

  /**
   * Where no process began a session since the machine did, all are in the scheduler's root group:
   * the file is empty then, a write is answered with EINVAL, and the threads' own values count.
   */
  private static void niceSession(String nice) throws IOException {
    if (!Files.exists(SESSION) || Files.readString(SESSION).isBlank()) {
      return;
    }
    Files.writeString(SESSION, nice);
  }
}
