package io.nodeflame.symbolizer.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel says of a thread of this process. */
final class ThreadState {
  private static final Path PROC = Path.of("/proc");
  private static final String RUNNABLE = "R";

  private ThreadState() {}

  /** The calling thread's place below {@code /proc}, such as {@code 12/task/34}. */
  static String current() {
    try {
      return Files.readSymbolicLink(PROC.resolve("thread-self")).toString();
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * Whether it runs or waits for a CPU, rather than for a page, a lock or anything else; false when
   * that cannot be told.
   *
   * @param thread from {@link #current}
   */
  static boolean isRunnable(String thread) {
    try {
      byte[] stat = Files.readAllBytes(PROC.resolve(thread).resolve("stat"));
      String text = new String(stat, StandardCharsets.ISO_8859_1);
      // Field 3, behind the name, which may have anything in it (man 5 proc_pid_stat).
      return text.startsWith(RUNNABLE, text.lastIndexOf(')') + 2);
    } catch (IOException e) {
      return false;
    }
  }
}
