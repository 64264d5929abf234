package io.nodeflame.discovery.cgroup;

/** Who made a container, as far as its cgroup path tells. */
public enum ContainerRuntime {
  CONTAINERD,
  CRIO,
  DOCKER,
  PODMAN,
  ECS,
  /** The path holds a bare id: the cgroupfs driver of kubelet does not name the runtime. */
  UNKNOWN
}
