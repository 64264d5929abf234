package io.nodeflame.discovery.host;

import io.nodeflame.discovery.ExecutableName;
import io.nodeflame.discovery.PlainText;
import io.nodeflame.discovery.ProcessFacts;
import java.util.Optional;

/**
 * The fields that we need of {@code /proc/PID/stat}, see proc_pid_stat(5).
 *
 * @param comm field 2
 * @param flags field 9, the kernel's PF_ bits
 * @param startTicks field 22, hundredths of a second since boot (USER_HZ)
 */
record ProcessStat(String comm, long flags, long startTicks) {
  private static final long PF_KTHREAD = 0x0020_0000;
  private static final int FLAGS = 9;
  private static final int START_TIME = 22;
  private static final int STATE = 3;

  static Optional<ProcessStat> parse(String text) {
    int open = text.indexOf('(');
    // The name may hold anything, also parentheses: the last one closes it.
    int close = text.lastIndexOf(") ");
    if (open < 0 || close < open) {
      return Optional.empty();
    }
    String[] fields = text.substring(close + 2).split(" ", START_TIME);
    if (fields.length <= START_TIME - STATE) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new ProcessStat(
              PlainText.of(text.substring(open + 1, close), ExecutableName.MAX_CHARS),
              Long.parseLong(fields[FLAGS - STATE]),
              Long.parseLong(fields[START_TIME - STATE])));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  boolean isKernelThread() {
    return (flags & PF_KTHREAD) != 0;
  }

  /** Whether this is the process that started then, not a later one with the same pid. */
  boolean startedAt(long startNanos) {
    return startNanos == 0 || ProcessFacts.ticks(startNanos) == startTicks;
  }
}
