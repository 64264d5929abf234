package io.nodeflame.discovery.cgroup;

import java.util.List;

/**
 * The controllers of cgroup v1 by how well they tell processes apart. Every runtime and, by its
 * defaults (DefaultTasksAccounting, DefaultMemoryAccounting), systemd too puts processes into
 * {@code pids} and {@code memory}; {@code cpuset} and what follows may show the root only.
 */
final class CgroupControllers {
  static final List<String> BY_PREFERENCE =
      List.of(
          "pids",
          "memory",
          "cpu",
          "cpuacct",
          "devices",
          "freezer",
          "blkio",
          "perf_event",
          "net_cls",
          "cpuset",
          "hugetlb");

  /** systemd's own tree on v1, which no controller is attached to. */
  static final String SYSTEMD = "name=systemd";

  private CgroupControllers() {}
}
