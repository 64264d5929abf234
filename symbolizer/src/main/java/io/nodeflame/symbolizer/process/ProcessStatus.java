package io.nodeflame.symbolizer.process;

import io.nodeflame.symbolizer.bytes.MalformedException;
import java.nio.charset.StandardCharsets;

/**
 * Who a process is, from {@code /proc/PID/status} and {@code /proc/PID/stat} (proc(5)).
 *
 * @param id pid and start time; for a thread's directory, the thread's own
 * @param tgid the thread group, which is the pid of a process
 * @param namespacePid its pid in its own (innermost) pid namespace, last of {@code NSpid}
 * @param namespaceDepth number of pid namespaces that see it, 1 without a container
 * @param uid effective user id; the 32 bits of an unsigned number
 * @param name {@code comm}, with the kernel's escapes for newline and backslash; hostile text
 * @param kernelThread true for a thread of the kernel, which has no mappings
 */
public record ProcessStatus(
    ProcessId id,
    int tgid,
    int namespacePid,
    int namespaceDepth,
    int uid,
    String name,
    boolean kernelThread) {

  /** {@code PF_KTHREAD} of the kernel's {@code sched.h}, in field 9 of stat. */
  private static final long KERNEL_THREAD_FLAG = 0x0020_0000;

  private static final int MAX_NAME_BYTES = 256;
  private static final int MAX_NAMESPACES = 64;
  private static final byte[] NAME = key("Name");
  private static final byte[] TGID = key("Tgid");
  private static final byte[] PID = key("Pid");
  private static final byte[] UID = key("Uid");
  private static final byte[] NSPID = key("NSpid");

  /** Both texts must be of the same process; {@link ProcFs#status} sees to it. */
  static ProcessStatus parse(byte[] status, int statusLength, byte[] stat, int statLength)
      throws MalformedException {
    TextCursor line = new TextCursor(status, 0, statusLength);
    if (!line.skip(NAME)) {
      throw new MalformedException("status does not begin with Name");
    }
    String name = line.restOfLine(MAX_NAME_BYTES);
    long tgid = -1;
    long pid = -1;
    long uid = -1;
    long namespacePid = -1;
    int namespaceDepth = 0;
    // A newline in the name is escaped here, so that every further line is the kernel's own.
    while (line.nextLine()) {
      if (line.skip(TGID)) {
        tgid = line.decimal();
      } else if (line.skip(PID)) {
        pid = line.decimal();
      } else if (line.skip(UID)) {
        line.decimal();
        uid = line.decimal();
      } else if (line.skip(NSPID)) {
        long next;
        while (namespaceDepth < MAX_NAMESPACES && (next = line.decimal()) >= 0) {
          namespacePid = next;
          namespaceDepth++;
        }
      }
    }
    if (!isPid(pid) || !isPid(tgid) || uid < 0 || uid > 0xffff_ffffL) {
      throw new MalformedException("status lacks Tgid, Pid or Uid");
    }
    if (!isPid(namespacePid)) { // a kernel without pid namespaces
      namespacePid = pid;
      namespaceDepth = 1;
    }
    TextCursor fields = afterName(stat, statLength);
    long flags = fields.decimalAfter(6);
    ProcessId id = new ProcessId((int) pid, startTimeTicks(stat, statLength));
    return new ProcessStatus(
        id,
        (int) tgid,
        (int) namespacePid,
        namespaceDepth,
        (int) uid,
        name,
        (flags & KERNEL_THREAD_FLAG) != 0);
  }

  /** Field 22 of the text of {@code /proc/PID/stat}. */
  static long startTimeTicks(byte[] stat, int length) throws MalformedException {
    long ticks = afterName(stat, length).decimalAfter(19);
    if (ticks < 0) {
      throw new MalformedException("stat lacks the start time");
    }
    return ticks;
  }

  /**
   * At field 3 of stat. The name before it stands in parentheses and may hold parentheses, spaces
   * and newlines, unescaped; what follows holds no parenthesis.
   */
  private static TextCursor afterName(byte[] stat, int length) throws MalformedException {
    for (int i = length - 1; i >= 0; i--) {
      if (stat[i] == ')') {
        return new TextCursor(stat, i + 1, length);
      }
    }
    throw new MalformedException("stat has no name in parentheses");
  }

  private static boolean isPid(long number) {
    return number >= 0 && number <= Integer.MAX_VALUE;
  }

  private static byte[] key(String name) {
    return (name + ":").getBytes(StandardCharsets.US_ASCII);
  }
}
