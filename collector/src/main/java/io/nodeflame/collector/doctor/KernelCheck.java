package io.nodeflame.collector.doctor;

import io.nodeflame.collector.config.SamplingConfig;
import java.util.Optional;

/** The kernel is not too old and not on the list of dangerous ones. */
final class KernelCheck implements Check {
  private static final String NAME = "kernel";

  private final NodeRoots roots;
  private final SamplingConfig.Event event;

  KernelCheck(NodeRoots roots, SamplingConfig.Event event) {
    this.roots = roots;
    this.event = event;
  }

  @Override
  public CheckResult run() {
    Optional<KernelVersion> kernel = KernelVersion.read(roots.proc());
    if (kernel.isEmpty()) {
      return CheckResult.failed(
          NAME, "the kernel's version cannot be read", "mount procfs so that /proc is readable");
    }
    // BTF and lockdown have checks of their own, with fixes of their own.
    KernelSupport support = KernelSupport.of(kernel.get(), true, Lockdown.NONE);
    return switch (support.verdict()) {
      case OK -> CheckResult.ok(NAME, "kernel " + kernel.get());
      case WARN ->
          event == SamplingConfig.Event.CPU_CLOCK // takes its samples outside of NMI
              ? CheckResult.ok(NAME, "kernel " + kernel.get())
              : CheckResult.warning(
                  NAME,
                  support.reason(),
                  "install the newest stable update, or set sampling.event: cpu-clock");
      case REFUSED ->
          CheckResult.failed(
              NAME,
              support.reason(),
              support.overridable()
                  ? "update the kernel; if your distribution has put the fix into it, start with"
                      + " --allow-unsafe-kernel"
                  : "run Linux 5.10 or later");
    };
  }
}
