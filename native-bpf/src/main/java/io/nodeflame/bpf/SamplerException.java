package io.nodeflame.bpf;

/**
 * Sampling is impossible here. The message is one sentence: what failed, why, how to mend it. The
 * verifier's log, when there is one, is kept apart.
 */
public final class SamplerException extends Exception {
  private static final long serialVersionUID = 1;

  private final String verifierLog;

  public SamplerException(String message) {
    this(message, "");
  }

  public SamplerException(String message, String verifierLog) {
    super(message);
    this.verifierLog = verifierLog;
  }

  /** What the kernel's verifier printed, empty when it was not the one to refuse. */
  public String verifierLog() {
    return verifierLog;
  }
}
