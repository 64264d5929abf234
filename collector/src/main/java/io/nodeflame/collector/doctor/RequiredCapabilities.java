package io.nodeflame.collector.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a process must hold to sample at all, and what it needs to name all it finds. */
public final class RequiredCapabilities {
  private static final List<Capability> SAMPLING = List.of(Capability.BPF, Capability.PERFMON);
  private static final List<Capability> NAMING =
      List.of(
          Capability.SYS_PTRACE,
          Capability.DAC_READ_SEARCH,
          Capability.SYSLOG,
          Capability.CHECKPOINT_RESTORE);

  private RequiredCapabilities() {}

  /**
   * Names the missing ones, such as {@code CAP_BPF}; none also when procfs does not say what is
   * held.
   *
   * @param proc the root of procfs
   */
  public static List<String> missing(Path proc) {
    List<String> missing = new ArrayList<>();
    long effective = effective(proc);
    for (Capability capability : SAMPLING) {
      if (!capability.isIn(effective) && !Capability.SYS_ADMIN.isIn(effective)) {
        missing.add("CAP_" + capability);
      }
    }
    return missing;
  }

  /**
   * What is lost without the others, one sentence each; none also when procfs does not say what is
   * held.
   *
   * @param proc the root of procfs
   */
  public static List<String> losses(Path proc) {
    List<String> losses = new ArrayList<>();
    long effective = effective(proc);
    for (Capability capability : NAMING) {
      boolean isReplaced = capability.isInSysAdmin() && Capability.SYS_ADMIN.isIn(effective);
      if (!capability.isIn(effective) && !isReplaced) {
        losses.add("CAP_" + capability + " is missing: " + capability.loss());
      }
    }
    return losses;
  }

  /** All of them when procfs does not say. */
  private static long effective(Path proc) {
    return KernelText.field(proc.resolve("self/status"), "CapEff")
        .flatMap(CapabilityCheck::hex)
        .orElse(-1L);
  }
}
