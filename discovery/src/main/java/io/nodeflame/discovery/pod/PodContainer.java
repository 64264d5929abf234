package io.nodeflame.discovery.pod;

/**
 * A container of a pod's spec, with what its status says.
 *
 * @param image as the spec names it
 * @param runtime the scheme of the id in the status, such as {@code containerd}; empty with the id
 * @param id 64 lower-case hex digits, or empty while the status does not say
 * @param lastId the id of the run before, when that has ended, or empty
 */
public record PodContainer(
    String name, Kind kind, String image, String runtime, String id, String lastId) {
  /** Where in the spec it stands. */
  public enum Kind {
    APP,
    /** Runs to its end before the others start. */
    INIT,
    /** An init container with {@code restartPolicy: Always}: runs beside the others. */
    SIDECAR,
    /** Added to a running pod for debugging. */
    EPHEMERAL;

    /** Whether it stands among {@code initContainers}. */
    public boolean isInit() {
      return this == INIT || this == SIDECAR;
    }
  }

  /** Whether it runs, or its run before this one, under that id. */
  public boolean hasId(String containerId) {
    return !containerId.isEmpty() && (id.equals(containerId) || lastId.equals(containerId));
  }
}
