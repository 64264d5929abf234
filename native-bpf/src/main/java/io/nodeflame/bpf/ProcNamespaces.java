package io.nodeflame.bpf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The namespaces of this process, whose numbers and times its {@code /proc} has and the samples
 * must carry. On a node that is a container itself they are not the kernel's own.
 *
 * @param pidInode inode of the pid namespace; an unsigned number
 * @param boottimeOffsetNanos what the time namespace adds to CLOCK_BOOTTIME, and so to the start
 *     times in {@code /proc/PID/stat}
 */
public record ProcNamespaces(int pidInode, long boottimeOffsetNanos) {
  /** PROC_PID_INIT_INO of linux/proc_ns.h: the first pid namespace of every kernel. */
  private static final int INITIAL_PID_INODE = 0xEFFFFFFC;

  private static final Pattern PID_LINK = Pattern.compile("pid:\\[(\\d{1,10})]");
  private static final Pattern BOOTTIME =
      Pattern.compile("^boottime +(-?\\d{1,10}) +(\\d{1,9})$", Pattern.MULTILINE);

  /**
   * Reads them from procfs. What it does not say, as before Linux 5.6 the time namespace, is the
   * kernel's own.
   */
  public static ProcNamespaces read(Path proc) {
    return new ProcNamespaces(
        pidInode(proc.resolve("self/ns/pid")),
        boottimeOffsetNanos(proc.resolve("self/timens_offsets")));
  }

  /** Whether the pids are the kernel's own. */
  public boolean isInitialPid() {
    return pidInode == INITIAL_PID_INODE;
  }

  private static int pidInode(Path link) {
    try {
      Matcher matcher = PID_LINK.matcher(Files.readSymbolicLink(link).toString());
      return matcher.matches() ? (int) Long.parseLong(matcher.group(1)) : INITIAL_PID_INODE;
    } catch (IOException | UnsupportedOperationException e) {
      return INITIAL_PID_INODE;
    }
  }

  private static long boottimeOffsetNanos(Path offsets) {
    try {
      Matcher matcher = BOOTTIME.matcher(Files.readString(offsets));
      return matcher.find()
          ? Long.parseLong(matcher.group(1)) * 1_000_000_000L + Long.parseLong(matcher.group(2))
          : 0;
    } catch (IOException e) {
      return 0;
    }
  }
}
