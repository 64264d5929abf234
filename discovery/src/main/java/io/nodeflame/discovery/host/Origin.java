package io.nodeflame.discovery.host;

import io.nodeflame.discovery.cgroup.ContainerId;

/** Where a process belongs, as far as the host shows it: what labels are made from. */
sealed interface Origin {
  /**
   * The kernel itself.
   *
   * @param name {@code kernel/FAMILY}
   */
  record KernelThread(String name) implements Origin {}

  /** The process ended before its cgroup was read. */
  record Gone() implements Origin {}

  /** In a container, of a pod or not. */
  record InContainer(String cgroupPath, ContainerId container) implements Origin {}

  /**
   * In no container.
   *
   * @param name of its systemd unit, else its own
   */
  record OfHost(String cgroupPath, String name) implements Origin {}
}
