package io.nodeflame.discovery.pod;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is kept of a pod. Made by {@link PodBuilder}, which bounds every part.
 *
 * @param uid as the API server knows it
 * @param configHash of the mirror of a static pod: the hash that stands for the uid in the cgroup
 *     path; else empty
 * @param labels and {@code annotations}: unmodifiable
 * @param labelsLeftOut how many more labels it has, beyond what {@link MetaEntries} keeps
 * @param annotationsLeftOut the same of annotations that somebody may ask for
 * @param createdAt in whole seconds; {@link Instant#EPOCH} when not known
 */
public record Pod(
    String uid,
    String configHash,
    String namespace,
    String name,
    String nodeName,
    String podIp,
    String hostIp,
    String phase,
    Readiness readiness,
    Map<String, String> labels,
    int labelsLeftOut,
    Map<String, String> annotations,
    int annotationsLeftOut,
    Controller controller,
    Workload workload,
    Instant createdAt,
    List<PodContainer> containers) {

  /** The container that runs or last ran under an id; a running one goes first. */
  public Optional<PodContainer> container(String containerId) {
    PodContainer former = null;
    for (PodContainer container : containers) {
      if (!containerId.isEmpty() && container.id().equals(containerId)) {
        return Optional.of(container);
      }
      if (former == null && container.hasId(containerId)) {
        former = container;
      }
    }
    return Optional.ofNullable(former);
  }

  /** Whether all its containers have ended for good. */
  public boolean isFinished() {
    return phase.equals("Succeeded") || phase.equals("Failed");
  }
}
