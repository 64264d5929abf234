package io.nodeflame.bpf;

/**
 * A process between two execs. Pid and start time name the process, so that a reused pid is another
 * one; the exec id tells its images apart. A child has its parent's exec id until it execs: until
 * then its memory is a copy of the parent's.
 *
 * @param pid thread group id in the pid namespace of our {@code /proc}
 * @param startNanos start of the group leader, CLOCK_BOOTTIME of our time namespace; divided by
 *     10,000,000 it is field 22 of {@code /proc/PID/stat}
 * @param execId the leader's {@code self_exec_id}
 */
public record ProcessImage(int pid, long startNanos, long execId) {

  /** Start time as {@code /proc/PID/stat} gives it, in ticks of 1/100 s. */
  public long startTicks() {
    return startNanos / 10_000_000;
  }
}
