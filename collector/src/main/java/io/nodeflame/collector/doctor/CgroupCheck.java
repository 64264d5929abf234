package io.nodeflame.collector.doctor;

import io.nodeflame.discovery.cgroup.CgroupHierarchy;
import io.nodeflame.discovery.cgroup.ProcessCgroups;
import java.util.Optional;

/**
 * The node's control groups are mounted, all of them, and which version. Only version 2 has ids
 * that a sample can carry.
 */
final class CgroupCheck implements Check {
  private static final String NAME = "cgroups";
  private static final String LOSS =
      "processes that end before they are looked at stay without a pod";
  private static final String MOUNT = "mount the node's /sys/fs/cgroup read-only";
  private static final String FIX = "boot with systemd.unified_cgroup_hierarchy=1";

  private final NodeRoots roots;

  CgroupCheck(NodeRoots roots) {
    this.roots = roots;
  }

  @Override
  public CheckResult run() {
    Optional<String> mounts = KernelText.read(roots.proc().resolve("self/mountinfo"));
    if (mounts.isEmpty()) {
      return CheckResult.failed(NAME, "/proc/self/mountinfo cannot be read", "mount procfs");
    }
    boolean v1 = mounts.get().lines().anyMatch(line -> isMountOf(line, "cgroup"));
    Optional<String> v2 =
        mounts.get().lines().filter(line -> isMountOf(line, "cgroup2")).findFirst();
    if (v2.isEmpty() && !v1) {
      return CheckResult.failed(NAME, "no cgroup file system is mounted here", MOUNT);
    }
    Optional<String> hidden = CgroupHierarchy.detect(mounts.get()).flatMap(this::hidden);
    if (hidden.isPresent()) {
      return CheckResult.warning(NAME, hidden.get() + ": " + LOSS, MOUNT);
    }
    if (v2.isEmpty()) {
      return CheckResult.warning(NAME, "version 1 only: " + LOSS, FIX);
    }
    return v1
        ? CheckResult.warning(NAME, "hybrid, versions 1 and 2: " + LOSS, FIX)
        : CheckResult.ok(NAME, "version 2 at " + mountPoint(v2.get()));
  }

  /**
   * A container has a cgroup file system of its own, which shows its own groups alone; and its
   * paths, by its cgroup namespace, begin there. The group of process 1 is in what a node mounts.
   */
  private Optional<String> hidden(CgroupHierarchy hierarchy) {
    return KernelText.read(roots.proc().resolve("1/cgroup"))
        .flatMap(text -> ProcessCgroups.parse(text).path(hierarchy.controllerName()))
        .filter(path -> hierarchy.directory(path).isEmpty())
        .map(
            path ->
                hierarchy.mountPoint()
                    + " shows groups below "
                    + hierarchy.mountRoot()
                    + " alone, and process 1 is in "
                    + path);
  }

  /** proc(5): the type is the first field behind the " - " that ends the optional fields. */
  private static boolean isMountOf(String line, String type) {
    int separator = line.indexOf(" - ");
    return separator >= 0 && line.startsWith(type + " ", separator + 3);
  }

  private static String mountPoint(String line) {
    String[] fields = line.split(" ", 6);
    return fields.length > 4 ? fields[4] : "an unknown place";
  }
}
