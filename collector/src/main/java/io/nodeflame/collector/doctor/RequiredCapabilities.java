package io.nodeflame.collector.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a process must hold before it can sample at all. */
public final class RequiredCapabilities {
  private static final List<Capability> SAMPLING = List.of(Capability.BPF, Capability.PERFMON);

  private RequiredCapabilities() {}

  /**
   * Names the missing ones, such as {@code CAP_BPF}; none also when procfs does not say what is
   * held.
   *
   * @param proc the root of procfs
   */
  public static List<String> missing(Path proc) {
    List<String> missing = new ArrayList<>();
    long effective =
        KernelText.field(proc.resolve("self/status"), "CapEff")
            .flatMap(CapabilityCheck::hex)
            .orElse(-1L);
    for (Capability capability : SAMPLING) {
      if (!capability.isIn(effective) && !Capability.SYS_ADMIN.isIn(effective)) {
        missing.add("CAP_" + capability);
      }
    }
    return missing;
  }
}
