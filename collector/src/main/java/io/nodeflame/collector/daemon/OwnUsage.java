package io.nodeflame.collector.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What this daemon costs, as the kernel accounts it.
 *
 * @param cpuSeconds user and system time since its start
 * @param residentBytes RSS
 * @param anonymousBytes the part of it that is no file's
 * @param heapBytes Java objects, garbage included
 */
record OwnUsage(double cpuSeconds, long residentBytes, long anonymousBytes, long heapBytes) {
  private static final double TICKS_PER_SECOND = 100;
  private static final long BYTES_PER_KIB = 1024;

  static OwnUsage read() {
    Runtime runtime = Runtime.getRuntime();
    long heap = runtime.totalMemory() - runtime.freeMemory();
    try {
      String stat = Files.readString(Path.of("/proc/self/stat"));
      String status = Files.readString(Path.of("/proc/self/status"));
      return new OwnUsage(cpuSeconds(stat), kib(status, "VmRSS:"), kib(status, "RssAnon:"), heap);
    } catch (IOException e) {
      return new OwnUsage(0, 0, 0, heap);
    }
  }

  /** Fields 14 and 15 of stat; the name before them ends at the last parenthesis. */
  static double cpuSeconds(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
  }

  static long kib(String status, String field) {
    int at = status.indexOf(field);
    if (at < 0) {
      return 0;
    }
    String rest = status.substring(at + field.length()).stripLeading();
    return Long.parseLong(rest.substring(0, rest.indexOf(' '))) * BYTES_PER_KIB;
  }
}
