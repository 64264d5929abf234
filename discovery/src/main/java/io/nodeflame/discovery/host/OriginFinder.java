package io.nodeflame.discovery.host;

import io.nodeflame.discovery.ProcessFacts;
import io.nodeflame.discovery.cgroup.CgroupTree;
import io.nodeflame.discovery.cgroup.ContainerId;
import io.nodeflame.discovery.cgroup.SystemdUnit;
import java.util.Optional;

/**
 * Finds out where a process belongs. What resolves samples and what explains that to people both
 * ask here. To be used by one thread.
 */
final class OriginFinder {
  private final ProcFiles proc;
  private final ProcessPlace place;
  private final ContainerMain containerMain;
  private final ProgramNames programs;

  OriginFinder(ProcFiles proc, CgroupTree tree) {
    this.proc = proc;
    this.place = new ProcessPlace(proc, tree);
    this.containerMain = new ContainerMain(tree.hierarchy(), proc);
    this.programs = new ProgramNames(proc);
  }

  Origin of(ProcessFacts process) {
    if (isKernelThread(process)) {
      return new Origin.KernelThread(KernelThreadName.of(process.comm()));
    }
    Optional<String> path = place.of(process);
    if (path.isEmpty()) {
      return new Origin.Gone();
    }
    Optional<ContainerId> container = ContainerId.in(path.get());
    if (container.isPresent()) {
      return new Origin.InContainer(path.get(), container.get());
    }
    Optional<String> unit = SystemdUnit.of(path.get()).flatMap(SystemdUnit::serviceName);
    return new Origin.OfHost(path.get(), unit.orElseGet(() -> programs.of(process)));
  }

  /** The name of a container that no pod names: of the program that it runs. */
  String name(ContainerId container, ProcessFacts process, long now) {
    String main = containerMain.name(container, now);
    return main.isEmpty() ? programs.of(process) : main;
  }

  private boolean isKernelThread(ProcessFacts process) {
    if (process.pid() == 0) {
      return true;
    }
    if (!process.executable().isEmpty()) {
      return false;
    }
    Optional<ProcessStat> stat = proc.stat(process);
    return stat.map(ProcessStat::isKernelThread)
        .orElseGet(() -> KernelThreadName.isSurely(process.comm()));
  }
}
