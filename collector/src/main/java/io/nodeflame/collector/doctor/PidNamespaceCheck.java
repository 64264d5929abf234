package io.nodeflame.collector.doctor;

import io.nodeflame.bpf.ProcNamespaces;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** The daemon sees the processes of the whole node; samples carry their pids as its /proc does. */
final class PidNamespaceCheck implements Check {
  private static final String NAME = "pid namespace";
  private static final String FIX = "set hostPID: true in the pod, or --pid=host for a container";

  /** What runs as process 1 of a host, or of a container that is a node. */
  private static final Set<String> INIT_NAMES =
      Set.of(
          "systemd",
          "init",
          "openrc-init",
          "runit",
          "s6-svscan",
          "busybox",
          "linuxrc",
          "docker-init",
          "k3s",
          "k0s");

  private final NodeRoots roots;

  PidNamespaceCheck(NodeRoots roots) {
    this.roots = roots;
  }

  @Override
  public CheckResult run() {
    Path proc = roots.proc();
    Optional<String> pids = KernelText.field(proc.resolve("self/status"), "NSpid");
    if (pids.isEmpty()) {
      return CheckResult.failed(NAME, "/proc/self/status cannot be read", "mount procfs");
    }
    if (pids.get().split("\\s+").length > 1) {
      return CheckResult.failed(NAME, "/proc is of another pid namespace than this process", FIX);
    }
    if (ProcNamespaces.read(proc).isInitialPid()) {
      return CheckResult.ok(NAME, "the host's");
    }
    String init = KernelText.read(proc.resolve("1/comm")).orElse("");
    return INIT_NAMES.contains(init)
        ? CheckResult.ok(
            NAME,
            "of a node that is a container itself (pid 1 is "
                + init
                + "): all that runs in it is seen, and samples of what runs outside, kernel"
                + " threads too, are counted as outside")
        : CheckResult.failed(
            NAME,
            "of this container alone (pid 1 is '" + init + "'): no other process is seen",
            FIX);
  }
}
