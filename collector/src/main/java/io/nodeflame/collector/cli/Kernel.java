package io.nodeflame.collector.cli;

import io.nodeflame.bpf.SamplerException;
import io.nodeflame.collector.doctor.KernelSupport;

/** Keeps the sampler away from kernels that it could freeze. */
final class Kernel {
  private Kernel() {}

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
