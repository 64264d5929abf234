package io.nodeflame.discovery;

/**
 * What a sample and its process tell. Text is hostile: it is cleaned and cut here.
 *
 * @param pid as the daemon's {@code /proc} shows it; 0 is the kernel's idle task
 * @param startNanos when the process started, in nanoseconds since boot ({@code
 *     group_leader->start_boottime}); 0 when not known
 * @param cgroupId the inode of its directory in the hierarchy that the sampler reads, unsigned; 0
 *     when not known
 * @param comm the command name of the process's main thread, or empty
 * @param executable the base name of its file, from a path or a name; empty for kernel threads and
 *     when not known
 * @param service what the process publishes of itself
 */
public record ProcessFacts(
    int pid, long startNanos, long cgroupId, String comm, String executable, ServiceNames service) {
  /** The kernel's {@code USER_HZ} is 100 on every architecture that this runs on. */
  private static final long NANOS_PER_TICK = 10_000_000;

  public ProcessFacts {
    if (pid < 0) {
      throw new IllegalArgumentException("pid " + pid + " is negative");
    }
    // Not cut at slashes: the names of kernel threads have them.
    comm = PlainText.of(comm, ExecutableName.MAX_CHARS);
    executable = ExecutableName.of(executable);
  }

  /** Of a process that publishes nothing, or not yet. */
  public ProcessFacts(int pid, long startNanos, long cgroupId, String comm, String executable) {
    this(pid, startNanos, cgroupId, comm, executable, ServiceNames.NONE);
  }

  /** When the process started, as field 22 of {@code /proc/PID/stat} tells it; 0 when not known. */
  public long startTicks() {
    return ticks(startNanos);
  }

  /**
   * From one clock of start times to the other.
   *
   * @param nanos since boot
   */
  public static long ticks(long nanos) {
    return nanos / NANOS_PER_TICK;
  }

  /** The earliest time since boot of a tick, in nanoseconds. */
  public static long nanos(long ticks) {
    return ticks * NANOS_PER_TICK;
  }

  /** The same process, saying that. */
  public ProcessFacts withService(ServiceNames said) {
    return new ProcessFacts(pid, startNanos, cgroupId, comm, executable, said);
  }
}
