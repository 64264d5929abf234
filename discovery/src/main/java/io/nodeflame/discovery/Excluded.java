package io.nodeflame.discovery;

/** The configuration does not want the process. */
public record Excluded(Reason reason) implements Resolution {
  /** Which setting decided. */
  public enum Reason {
    /** Outside of pods, with {@code targets.otherProcesses: false}. */
    OTHER_PROCESS
  }
}
