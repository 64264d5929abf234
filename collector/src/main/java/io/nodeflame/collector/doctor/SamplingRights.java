package io.nodeflame.collector.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What this process may do of what sampling needs.
 *
 * @param missing one sentence each: without any of these there is no sample at all
 * @param losses one sentence each: samples come, but less is known of them
 */
public record SamplingRights(List<String> missing, List<String> losses) {
  private static final List<Capability> NECESSARY = List.of(Capability.BPF, Capability.PERFMON);
  private static final List<Capability> USEFUL =
      List.of(
          Capability.SYS_PTRACE,
          Capability.DAC_READ_SEARCH,
          Capability.SYSLOG,
          Capability.CHECKPOINT_RESTORE);

  public SamplingRights {
    missing = List.copyOf(missing);
    losses = List.copyOf(losses);
  }

  /**
   * Reads the effective capabilities; says nothing where the kernel does not tell them.
   *
   * @param proc the root of procfs
   */
  public static SamplingRights read(Path proc) {
    OptionalLong effective = Capability.effective(proc);
    return effective.isEmpty()
        ? new SamplingRights(List.of(), List.of())
        : new SamplingRights(
            without(NECESSARY, effective.getAsLong()), without(USEFUL, effective.getAsLong()));
  }

  private static List<String> without(List<Capability> wanted, long effective) {
    List<String> sentences = new ArrayList<>();
    for (Capability capability : wanted) {
      if (!capability.isIn(effective) && !capability.isReplacedIn(effective)) {
        sentences.add("CAP_" + capability + " is missing: " + capability.loss());
      }
    }
    return sentences;
  }
}
