package io.nodeflame.discovery.cgroup;

import java.util.Optional;

/**
 * The container that a cgroup path belongs to.
 *
 * <p>Only directories above a process's own container can be trusted: what is below was made by the
 * container itself. So the outermost pod wins, and without a pod the outermost container. The node
 * containers of kind, k3d and minikube stand above {@code kubepods} and give way to the pod. Below
 * {@code user.slice} any user may make directories: there only the scopes of rootless Docker,
 * Podman and nerdctl count, and never as part of a pod.
 *
 * @param runtime who made it
 * @param id 64 lower-case hex digits; on Fargate the task's id, a dash and a number
 * @param podUid the pod's UID with dashes as the API server writes it, or empty when not in a pod,
 *     or when a cgroup namespace hides the pod's directory
 * @param directory the path from its start up to and with the container's own directory
 */
public record ContainerId(ContainerRuntime runtime, String id, String podUid, String directory) {

  /** The container of a path such as {@code /proc/PID/cgroup} shows. Never throws. */
  public static Optional<ContainerId> in(String cgroupPath) {
    PathSegments path = PathSegments.of(cgroupPath);
    boolean userOwned = false;
    Optional<ContainerId> outermost = Optional.empty();
    for (int i = 0; i < path.count(); i++) {
      String podUid = userOwned ? "" : PodDirectory.uid(path, i);
      if (!podUid.isEmpty()) {
        return ContainerDirectory.belowPod(path, i + 1, podUid);
      }
      Optional<ContainerId> joined =
          userOwned ? Optional.empty() : ContainerDirectory.joined(path, i);
      if (joined.isPresent()) {
        return joined;
      }
      if (outermost.isEmpty()) {
        outermost = ContainerDirectory.alone(path, i, userOwned);
      }
      userOwned = userOwned || isUserOwned(path.at(i));
    }
    return outermost;
  }

  public boolean inPod() {
    return !podUid.isEmpty();
  }

  private static boolean isUserOwned(String name) {
    return name.equals("user.slice")
        || (name.startsWith("user-") && name.endsWith(".slice"))
        || SystemdUnit.isUserManager(name);
  }
}
