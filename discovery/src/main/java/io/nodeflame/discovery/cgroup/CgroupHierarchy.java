package io.nodeflame.discovery.cgroup;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The one mounted hierarchy whose directory inodes are the cgroup ids of the samples.
 *
 * <p>The sampler must read the id in the same hierarchy: on v2 with {@code
 * bpf_get_current_cgroup_id}, on v1 from {@code task->cgroups->subsys[X]->cgroup->kn->id} where X
 * is the kernel's {@code CONTROLLER_cgrp_id}.
 *
 * @param version 1 or 2
 * @param controllerName such as {@code pids}; empty on v2
 * @param mountPoint where the hierarchy is mounted, as the daemon sees it
 * @param mountRoot the path within the hierarchy that the mount point shows, {@code /} unless only
 *     a part of it is mounted
 */
public record CgroupHierarchy(
    int version, String controllerName, Path mountPoint, String mountRoot) {

  public CgroupHierarchy {
    if (version != 1 && version != 2) {
      throw new IllegalArgumentException("cgroup version " + version + " is neither 1 nor 2");
    }
    if ((version == 2) != controllerName.isEmpty()) {
      throw new IllegalArgumentException(
          "cgroup v" + version + " with controller '" + controllerName + "'");
    }
    if (!mountRoot.startsWith("/")) {
      throw new IllegalArgumentException("mount root '" + mountRoot + "' is not absolute");
    }
  }

  /**
   * Chooses from the text of {@code /proc/PID/mountinfo}. A v1 controller is taken where there is
   * one, since on hybrid nodes runtimes may not use the v2 tree at all; {@code pids} first, then
   * {@code memory}. Of several mounts of one hierarchy the one that shows most of it is taken.
   *
   * @return empty when no usable hierarchy is mounted
   */
  public static Optional<CgroupHierarchy> detect(String mountinfo) {
    CgroupMounts mounts = CgroupMounts.parse(mountinfo);
    for (String controller : CgroupControllers.BY_PREFERENCE) {
      Optional<CgroupHierarchy> v1 = mounts.find(1, controller);
      if (v1.isPresent()) {
        return v1;
      }
    }
    return mounts.find(2, ProcessCgroups.V2);
  }

  /** The directory of a path of this hierarchy; empty when the mount does not show it. */
  public Optional<Path> directory(String cgroupPath) {
    String base = mountRoot.equals("/") ? "" : mountRoot;
    if (cgroupPath.equals("/") || cgroupPath.equals(base)) {
      return cgroupPath.equals(mountRoot) ? Optional.of(mountPoint) : Optional.empty();
    }
    if (!cgroupPath.startsWith(base + "/")) {
      return Optional.empty();
    }
    PathSegments inside = PathSegments.of(cgroupPath.substring(base.length()));
    if (inside.count() == 0 || inside.isRelative() || cgroupPath.indexOf('\0') >= 0) {
      return Optional.empty();
    }
    try {
      Path directory = mountPoint;
      for (int i = 0; i < inside.count(); i++) {
        directory = directory.resolve(inside.at(i));
      }
      return Optional.of(directory);
    } catch (InvalidPathException e) {
      // A name that this JVM's encoding cannot hold.
      return Optional.empty();
    }
  }
}
