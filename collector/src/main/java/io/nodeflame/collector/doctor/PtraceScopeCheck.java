package io.nodeflame.collector.doctor;

import java.util.OptionalInt;

/** Yama leaves CAP_SYS_PTRACE its force: up to level 2 it does, at 3 nobody reads memory. */
final class PtraceScopeCheck implements Check {
  private static final String NAME = "ptrace_scope";

  private final NodeRoots roots;

  PtraceScopeCheck(NodeRoots roots) {
    this.roots = roots;
  }

  @Override
  public CheckResult run() {
    OptionalInt level = KernelText.readInt(roots.proc().resolve("sys/kernel/yama/ptrace_scope"));
    if (level.isEmpty()) {
      return CheckResult.ok(NAME, "Yama is not in force");
    }
    return level.getAsInt() < 3
        ? CheckResult.ok(NAME, "level " + level.getAsInt())
        : CheckResult.warning(
            NAME,
            "level 3 lets nobody read memory of other processes: no names for Java, Python and"
                + " JavaScript",
            "set kernel.yama.ptrace_scope=1 in /etc/sysctl.d and reboot: level 3 cannot be lowered");
  }
}
