package io.nodeflame.discovery.host;

import io.nodeflame.discovery.ProcessFacts;
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
   * hierarchies; only for a process that is gone or has moved may the whole tree be read.
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
    long id = process.cgroupId();
    Optional<String> now =
        cgroups
            .path(tree.hierarchy().controllerName())
            .filter(path -> tree.hierarchy().directory(path).isPresent());
    if (id == 0 || now.isEmpty() || tree.learn(id, now.get())) {
      return cgroups.identifyingPath();
    }
    // It has moved since the sample, as a container's process does once it is set up.
    Optional<String> sampled = tree.find(id);
    return sampled.isPresent() ? sampled : cgroups.identifyingPath();
  }

  /** Asked after its files were read: then they were read from this process and no other. */
  private boolean isSame(ProcessFacts process) {
    return proc.stat(process).isPresent();
  }

  private static boolean tells(String path) {
    return ContainerId.in(path).isPresent() || SystemdUnit.of(path).isPresent();
  }
}
