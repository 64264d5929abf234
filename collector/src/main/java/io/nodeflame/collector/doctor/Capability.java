package io.nodeflame.collector.doctor;

/**
 * A right of {@code capabilities(7)} that the daemon can use, with its bit in {@code CapEff} and
 * what is lost without it.
 */
enum Capability {
  BPF(39, true, "no BPF program can be loaded"),
  PERFMON(38, true, "no perf event can be opened for other processes"),
  SYS_PTRACE(
      19, true, "memory maps and memory of other processes cannot be read: no user function names"),
  DAC_READ_SEARCH(2, false, "files that others may not read stay without names and unwind tables"),
  SYSLOG(34, false, "the kernel hides its addresses: kernel functions have no names"),
  CHECKPOINT_RESTORE(
      40, false, "deleted and replaced executables cannot be opened: no names for them"),
  /** Asked for on kernels before 5.11 only. */
  SYS_RESOURCE(
      24, true, "RLIMIT_MEMLOCK cannot be lifted, so BPF maps of this kernel cannot be made"),
  SYS_ADMIN(21, false, "");

  private final int bit;
  private final boolean required;
  private final String loss;

  Capability(int bit, boolean required, String loss) {
    this.bit = bit;
    this.required = required;
    this.loss = loss;
  }

  boolean isIn(long effective) {
    return (effective >>> bit & 1) != 0;
  }

  boolean isRequired() {
    return required;
  }

  /** A sentence; empty when nothing is lost as long as the others are there. */
  String loss() {
    return loss;
  }

  /** The kernel accepts SYS_ADMIN in place of these; of the others it does not. */
  boolean isInSysAdmin() {
    return this == BPF || this == PERFMON || this == CHECKPOINT_RESTORE;
  }
}
