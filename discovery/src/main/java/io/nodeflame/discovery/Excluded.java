package io.nodeflame.discovery;

/** The configuration does not want the process. */
public record Excluded(Reason reason) implements Resolution {
  /** Which setting decided. */
  public enum Reason {
    /** Outside of pods, with {@code targets.otherProcesses: false}. */
    OTHER_PROCESS,
    /** The pod's namespace is not among {@code targets.namespaces}. */
    NAMESPACE,
    /** The pod does not match {@code targets.podSelector}. */
    POD_SELECTOR,
    /** The pod says so by an annotation. */
    ANNOTATION,
    /** A rule of {@code targets.relabelConfigs} dropped it. */
    RELABEL_RULE
  }
}
