package io.nodeflame.discovery.probe;

/**
 * What a probe found.
 *
 * @param subject {@code API server}, {@code pods} or {@code namespaces}
 * @param fix how to make it good; empty when it is
 */
public record Finding(String subject, Verdict verdict, String what, String fix) {
  /** How good it is. */
  public enum Verdict {
    GOOD,
    /** It works, and something looks wrong. */
    DOUBTFUL,
    BAD
  }

  static Finding good(String subject, String what) {
    return new Finding(subject, Verdict.GOOD, what, "");
  }

  static Finding doubtful(String subject, String what, String fix) {
    return new Finding(subject, Verdict.DOUBTFUL, what, fix);
  }

  static Finding bad(String subject, String what, String fix) {
    return new Finding(subject, Verdict.BAD, what, fix);
  }
}
