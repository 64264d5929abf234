package io.nodeflame.collector.cli;

import io.nodeflame.bpf.SamplerException;
import io.nodeflame.collector.doctor.SamplingRights;
import java.io.PrintWriter;

/** Says which capabilities are missing before something fails or stays without names for it. */
final class Rights {
  private Rights() {}

  /**
   * Warns of what is lost.
   *
   * @throws SamplerException when there would be no sample at all
   */
  static void require(SamplingRights rights, PrintWriter err) throws SamplerException {
    if (!rights.missing().isEmpty()) {
      throw new SamplerException(String.join("; ", rights.missing()) + "; run as root or add it");
    }
    rights.losses().forEach(loss -> err.println("warning: " + loss));
    err.flush();
  }
}
