package io.nodeflame.collector.doctor;

import java.util.OptionalInt;

/** The kernel allows as many samples per second as are configured. */
final class SampleRateCheck implements Check {
  private static final String NAME = "perf_event_max_sample_rate";

  private final NodeRoots roots;
  private final int frequencyHz;

  SampleRateCheck(NodeRoots roots, int frequencyHz) {
    this.roots = roots;
    this.frequencyHz = frequencyHz;
  }

  @Override
  public CheckResult run() {
    OptionalInt limit =
        KernelText.readInt(roots.proc().resolve("sys/kernel/perf_event_max_sample_rate"));
    if (limit.isEmpty()) {
      return CheckResult.warning(
          NAME, "the kernel does not say its limit", "mount procfs with /proc/sys");
    }
    return limit.getAsInt() >= frequencyHz
        ? CheckResult.ok(NAME, limit.getAsInt() + " Hz, " + frequencyHz + " Hz are configured")
        : CheckResult.failed(
            NAME,
            "the kernel allows "
                + limit.getAsInt()
                + " Hz, less than the "
                + frequencyHz
                + " Hz of sampling.frequencyHz",
            "sysctl -w kernel.perf_event_max_sample_rate=100000, or lower sampling.frequencyHz");
  }
}
