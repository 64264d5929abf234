package io.nodeflame.collector.doctor;

import java.util.OptionalInt;

/** The kernel shows its symbols: at 0 and 1 to CAP_SYSLOG, at 2 to nobody. */
final class KernelSymbolsCheck implements Check {
  private static final String NAME = "kptr_restrict";

  private final NodeRoots roots;

  KernelSymbolsCheck(NodeRoots roots) {
    this.roots = roots;
  }

  @Override
  public CheckResult run() {
    OptionalInt level = KernelText.readInt(roots.proc().resolve("sys/kernel/kptr_restrict"));
    if (level.isEmpty()) {
      return CheckResult.warning(
          NAME, "kernel.kptr_restrict cannot be read", "mount procfs with /proc/sys");
    }
    return level.getAsInt() < 2
        ? CheckResult.ok(NAME, "level " + level.getAsInt())
        : CheckResult.warning(
            NAME,
            "level "
                + level.getAsInt()
                + " hides addresses from all: kernel functions have no names",
            "sysctl -w kernel.kptr_restrict=1");
  }
}
