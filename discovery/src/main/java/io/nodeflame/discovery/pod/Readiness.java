package io.nodeflame.discovery.pod;

/** The status of a pod's condition {@code Ready}. */
public enum Readiness {
  TRUE("true"),
  FALSE("false"),
  /** There is no such condition yet, or kubelet has not been heard of. */
  UNKNOWN("unknown");

  private final String label;

  Readiness(String label) {
    this.label = label;
  }

  /** As Prometheus writes it: lower case. */
  public String label() {
    return label;
  }

  /** Of the API's {@code True}, {@code False}, {@code Unknown}; anything else is unknown. */
  public static Readiness of(String status) {
    return status.equals("True") ? TRUE : status.equals("False") ? FALSE : UNKNOWN;
  }
}
