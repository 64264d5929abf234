package io.nodeflame.discovery.pod;

/** What {@link PodIndex} knows of a container that a process was found in. */
public sealed interface PodMatch {

  /**
   * The pod and its container.
   *
   * @param deleted the pod is gone from the API server; its processes may end a little later
   */
  record Found(Pod pod, PodContainer container, boolean deleted) implements PodMatch {}

  /**
   * The pod is the one in the cgroup path, but its status does not name the container: it comes a
   * moment after the start, and never for the pod's own sandbox.
   */
  record ContainerUnknown(Pod pod, boolean deleted) implements PodMatch {}

  /** Several pods say that the container is theirs, and the cgroup path does not tell which. */
  record Ambiguous(int pods) implements PodMatch {}

  /** No such pod, or not yet. */
  record NotFound() implements PodMatch {
    static final NotFound NOT_FOUND = new NotFound();
  }
}
