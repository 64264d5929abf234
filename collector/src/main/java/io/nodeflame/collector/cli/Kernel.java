package io.nodeflame.collector.cli;

import io.nodeflame.bpf.SamplerException;
import io.nodeflame.collector.doctor.KernelSupport;
import io.nodeflame.collector.doctor.RequiredCapabilities;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/** Says in one sentence why this kernel or this process cannot sample, before anything starts. */
final class Kernel {
  private Kernel() {}

  /** The kernel that runs now, and the rights of this process. */
  static void require(boolean allowUnsafe) throws SamplerException {
    require(KernelSupport.read(Path.of("/proc"), Path.of("/sys")), allowUnsafe);
    requireRights(Path.of("/proc"));
  }

  /** Says what stays without names for want of a capability. */
  static void warnOfLosses(PrintWriter err) {
    RequiredCapabilities.losses(Path.of("/proc")).forEach(loss -> err.println("warning: " + loss));
    err.flush();
  }

  /**
   * Returns when this process may load BPF programs and open perf events.
   *
   * @throws SamplerException which names the missing capabilities
   */
  static void requireRights(Path proc) throws SamplerException {
    List<String> missing = RequiredCapabilities.missing(proc);
    if (!missing.isEmpty()) {
      throw new SamplerException(
          "this process lacks "
              + String.join(" and ", missing)
              + ", without which nothing can be sampled: run as root, or add them to"
              + " securityContext.capabilities.add");
    }
  }

  /**
   * Returns when sampling is safe, or when the user takes the risk and the refusal allows that.
   *
   * @throws SamplerException with the reason
   */
  static void require(KernelSupport support, boolean allowUnsafe) throws SamplerException {
    if (support.verdict() != KernelSupport.Verdict.REFUSED) {
      return;
    }
    if (!support.overridable()) {
      throw new SamplerException(support.reason());
    }
    if (!allowUnsafe) {
      throw new SamplerException(
          support.reason() + "; --allow-unsafe-kernel takes the risk where the fix was backported");
    }
  }
}
