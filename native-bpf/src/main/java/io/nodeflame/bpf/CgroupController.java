package io.nodeflame.bpf;

import java.util.Optional;

/** Whose hierarchy names containers by the inodes of its directories. */
public enum CgroupController {
  /** The v2 hierarchy. */
  UNIFIED(0, ""),
  CPU(1, "cpu"),
  MEMORY(2, "memory"),
  PIDS(3, "pids"),
  FREEZER(4, "freezer"),
  DEVICES(5, "devices");

  private final int number;
  private final String kernelName;

  CgroupController(int number, String kernelName) {
    this.number = number;
    this.kernelName = kernelName;
  }

  /** Its number in {@code enum nf_cgroup_controller} of records.h. */
  int number() {
    return number;
  }

  /** The controller with the name that {@code /proc/PID/cgroup} gives it; empty is the unified. */
  public static Optional<CgroupController> named(String name) {
    for (CgroupController controller : values()) {
      if (controller.kernelName.equals(name)) {
        return Optional.of(controller);
      }
    }
    return Optional.empty();
  }
}
