package io.nodeflame.collector.doctor;

import java.util.OptionalInt;

/**
 * Perf events are allowed. With CAP_PERFMON the mainline kernel ignores the level; Debian and
 * Ubuntu add levels above 2 that asked for CAP_SYS_ADMIN.
 */
final class PerfParanoidCheck implements Check {
  private static final String NAME = "perf_event_paranoid";

  private final NodeRoots roots;

  PerfParanoidCheck(NodeRoots roots) {
    this.roots = roots;
  }

  @Override
  public CheckResult run() {
    OptionalInt level = KernelText.readInt(roots.proc().resolve("sys/kernel/perf_event_paranoid"));
    if (level.isEmpty()) {
      return CheckResult.failed(
          NAME,
          "kernel.perf_event_paranoid is missing: the kernel has no perf events",
          "use a kernel built with CONFIG_PERF_EVENTS=y");
    }
    return level.getAsInt() <= 2
        ? CheckResult.ok(NAME, "level " + level.getAsInt())
        : CheckResult.warning(
            NAME,
            "level "
                + level.getAsInt()
                + " is an addition of the distribution: its older kernels then refuse perf events"
                + " without CAP_SYS_ADMIN",
            "if the sampler cannot be attached: sysctl -w kernel.perf_event_paranoid=2");
  }
}
