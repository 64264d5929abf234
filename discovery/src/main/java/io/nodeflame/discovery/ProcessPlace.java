package io.nodeflame.discovery;

import io.nodeflame.discovery.cgroup.CgroupTree;
import io.nodeflame.discovery.cgroup.ContainerId;
import io.nodeflame.discovery.cgroup.ProcessCgroups;
import io.nodeflame.discovery.cgroup.SystemdUnit;
import java.util.Optional;

/** Finds the cgroup path of a process, alive or gone. */
final class ProcessPlace {
  private final ProcFiles proc;
  private final CgroupTree tree;

  ProcessPlace(ProcFiles proc, CgroupTree tree) {
    this.proc = proc;
    this.tree = tree;
  }

  /**
   * The path that identifies. The id in the sample is exact and outlives the process, so a known id
   * that leads to a container or unit decides. Else the living process is asked, which knows all
   * hierarchies; only for a process that is gone may the whole tree be read.
   */
  Optional<String> of(ProcessFacts process) {
    Optional<String> sampled = tree.known(process.cgroupId());
    if (sampled.filter(ProcessPlace::tells).isPresent()) {
      return sampled;
    }
    Optional<ProcessCgroups> living = proc.cgroups(process.pid()).filter(c -> isSame(process));
    if (living.isPresent()) {
      return ofLiving(process, living.get());
    }
    return process.cgroupId() == 0 ? Optional.empty() : tree.find(process.cgroupId());
  }

  private Optional<String> ofLiving(ProcessFacts process, ProcessCgroups cgroups) {
    Optional<String> path = cgroups.path(tree.hierarchy().controllerName());
    // Learned even when the process has moved on since the sample: then the inode differs.
    boolean here =
        process.cgroupId() == 0 || path.filter(p -> tree.learn(process.cgroupId(), p)).isPresent();
    if (!here) {
      Optional<String> sampled = tree.known(process.cgroupId());
      return sampled.isPresent() ? sampled : cgroups.identifyingPath();
    }
    return cgroups.identifyingPath();
  }

  /** Asked after its files were read: then they were read from this process and no other. */
  private boolean isSame(ProcessFacts process) {
    return proc.stat(process.pid()).filter(s -> s.startedAt(process.startNanos())).isPresent();
  }

  private static boolean tells(String path) {
    return ContainerId.in(path).isPresent() || SystemdUnit.of(path).isPresent();
  }
}
