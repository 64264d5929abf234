package io.nodeflame.discovery;

/** No target is known for the process, now; a later attempt may find one. */
public record Unmatched(Reason reason) implements Resolution {
  /** Why there is no target. */
  public enum Reason {
    /** The process ended before its cgroup was read, and the id of its cgroup is not known. */
    CGROUP_UNKNOWN,
    /** Neither a unit nor an executable nor a command name could be read. */
    NAME_UNKNOWN,
    /** The API server did not tell of the pod in time. */
    POD_UNKNOWN,
    /** Several pods claim the container, and the cgroup does not tell which is right. */
    POD_AMBIGUOUS
  }
}
