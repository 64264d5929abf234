package io.nodeflame.discovery.host;

/**
 * The service name of a kernel thread: {@code kernel/} and its family, such as {@code
 * kernel/kworker} of {@code kworker/u8:3-events} and {@code kernel/kswapd} of {@code kswapd0}. No
 * executable's name has a slash, so the two never meet.
 */
final class KernelThreadName {
  private static final String PREFIX = "kernel/";

  private KernelThreadName() {}

  /** What follows a slash or colon is a CPU, a device or a queue; trailing numbers are counts. */
  static String of(String comm) {
    int end = 0;
    while (end < comm.length() && comm.charAt(end) != '/' && comm.charAt(end) != ':') {
      end++;
    }
    // The number of jbd2/vda1 is part of its name, the number of kswapd0 is a node's.
    boolean cut = end < comm.length();
    while (!cut && end > 0 && isCount(comm.charAt(end - 1))) {
      end--;
    }
    return end == 0 ? "kernel" : PREFIX + comm.substring(0, end);
  }

  /** Workers come and go so often that many are gone before they can be looked at. */
  static boolean isSurely(String comm) {
    return comm.startsWith("kworker/");
  }

  private static boolean isCount(char c) {
    return (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
  }
}
