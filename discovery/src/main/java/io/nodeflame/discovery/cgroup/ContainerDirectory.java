package io.nodeflame.discovery.cgroup;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The directories that container runtimes make, each with the parent it must have. */
final class ContainerDirectory {
  private static final String SCOPE = ".scope";
  private static final String KATA = "kata_";

  private ContainerDirectory() {}

  /**
   * Directly below a pod's directory: any runtime's scope or a bare id, which Kata 2 marks for the
   * sandbox that its machine runs in.
   */
  static Optional<ContainerId> belowPod(PathSegments path, int index, String podUid) {
    String name = path.at(index);
    String bare = name.startsWith(KATA) ? name.substring(KATA.length()) : name;
    if (HexNames.isContainerId(bare)) {
      return found(path, index, ContainerRuntime.UNKNOWN, bare, podUid);
    }
    String unit = withoutScope(name);
    ContainerRuntime runtime = runtimeOf(unit);
    return runtime == null ? Optional.empty() : found(path, index, runtime, idOf(unit), podUid);
  }

  /**
   * {@code SLICE:PREFIX:ID}: what runc names systemd's scope by, taken for a path when kubelet uses
   * the systemd driver and the runtime does not.
   */
  static Optional<ContainerId> joined(PathSegments path, int index) {
    String name = path.at(index);
    int first = name.indexOf(':');
    int last = name.lastIndexOf(':');
    if (first < 0 || first == last || !name.startsWith(".slice", first - ".slice".length())) {
      return Optional.empty();
    }
    String unit = name.substring(first + 1, last) + '-' + name.substring(last + 1);
    ContainerRuntime runtime = runtimeOf(unit);
    String podUid = PodDirectory.uidOfSlice(name.substring(0, first));
    boolean pod = name.substring(0, first).contains("kubepods");
    if (runtime == null || pod == podUid.isEmpty()) {
      return Optional.empty();
    }
    return found(path, index, runtime, idOf(unit), podUid);
  }

  /** Outside of pods. Below a user's slice only scopes of rootless runtimes are believed. */
  static Optional<ContainerId> alone(PathSegments path, int index, boolean userOwned) {
    String name = path.at(index);
    if (HexNames.isContainerId(name)) {
      return userOwned ? Optional.empty() : bare(path, index);
    }
    if (name.endsWith(SCOPE)) {
      return scope(path, index, userOwned);
    }
    if (!userOwned && HexNames.isFargateId(name) && isEcs(path, index)) {
      return found(path, index, ContainerRuntime.ECS, name, "");
    }
    return podman(path, index, userOwned);
  }

  private static Optional<ContainerId> bare(PathSegments path, int index) {
    String parent = path.at(index - 1);
    ContainerRuntime runtime;
    if (index == 0) {
      runtime = path.isRelative() ? ContainerRuntime.UNKNOWN : null;
    } else if (parent.equals("docker") || (parent.equals("actions_job") && index == 1)) {
      runtime = ContainerRuntime.DOCKER;
    } else if ((parent.equals("k8s.io") || parent.equals("default")) && index == 1) {
      runtime = ContainerRuntime.CONTAINERD;
    } else {
      runtime = isEcs(path, index) ? ContainerRuntime.ECS : null;
    }
    return runtime == null ? Optional.empty() : found(path, index, runtime, path.at(index), "");
  }

  /** {@code /ecs/TASK/ID}, or {@code /ecs/CLUSTER/TASK/ID} of newer agents. */
  private static boolean isEcs(PathSegments path, int index) {
    return (index == 2 || index == 3)
        && path.at(0).equals("ecs")
        && HexNames.isTaskId(path.at(index - 1));
  }

  private static Optional<ContainerId> scope(PathSegments path, int index, boolean userOwned) {
    String unit = withoutScope(path.at(index));
    ContainerRuntime runtime = runtimeOf(unit);
    String parent = path.at(index - 1);
    boolean placed = index == 0 || parent.endsWith(".slice") || SystemdUnit.isUserManager(parent);
    if (runtime == null || !placed || (userOwned && !isRootless(unit))) {
      return Optional.empty();
    }
    return found(path, index, runtime, idOf(unit), "");
  }

  private static boolean isRootless(String unit) {
    return unit.startsWith("docker-") || unit.startsWith("libpod-") || unit.startsWith("nerdctl-");
  }

  /** Podman without a scope: the cgroupfs driver, and {@code --cgroups=split} inside of a unit. */
  private static Optional<ContainerId> podman(PathSegments path, int index, boolean userOwned) {
    String name = path.at(index);
    String payload = "libpod-payload-";
    if (name.startsWith(payload) && path.at(index - 1).endsWith(".service")) {
      String id = name.substring(payload.length());
      return HexNames.isContainerId(id)
          ? found(path, index, ContainerRuntime.PODMAN, id, "")
          : Optional.empty();
    }
    boolean below =
        path.at(index - 1).equals("libpod_parent") || path.at(index - 2).equals("libpod_parent");
    if (userOwned || !below || runtimeOf(name) != ContainerRuntime.PODMAN) {
      return Optional.empty();
    }
    return found(path, index, ContainerRuntime.PODMAN, idOf(name), "");
  }

  private static String withoutScope(String name) {
    return name.endsWith(SCOPE) ? name.substring(0, name.length() - SCOPE.length()) : name;
  }

  /** Null unless the name is a runtime's prefix and an id; conmon's own scopes have another. */
  private static @Nullable ContainerRuntime runtimeOf(String unit) {
    int dash = unit.lastIndexOf('-');
    if (dash < 0 || !HexNames.isContainerId(unit.substring(dash + 1))) {
      return null;
    }
    return switch (unit.substring(0, dash)) {
      case "cri-containerd", "nerdctl" -> ContainerRuntime.CONTAINERD;
      case "crio" -> ContainerRuntime.CRIO;
      case "docker" -> ContainerRuntime.DOCKER;
      case "libpod" -> ContainerRuntime.PODMAN;
      default -> null;
    };
  }

  private static String idOf(String unit) {
    return unit.substring(unit.lastIndexOf('-') + 1);
  }

  private static Optional<ContainerId> found(
      PathSegments path, int index, ContainerRuntime runtime, String id, String podUid) {
    return Optional.of(new ContainerId(runtime, id, podUid, path.directory(index)));
  }
}
