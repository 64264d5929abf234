package io.nodeflame.collector.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** The daemon sees the host's processes, under the pids that the samples carry. */
final class PidNamespaceCheck implements Check {
  private static final String NAME = "pid namespace";
  private static final String FIX = "set hostPID: true in the pod, or --pid=host for a container";

  /** PROC_PID_INIT_INO of linux/proc_ns.h: the inode of the first pid namespace of a kernel. */
  private static final String INITIAL = "pid:[4026531836]";

  private static final Set<String> INIT_NAMES =
      Set.of("systemd", "init", "openrc-init", "runit", "s6-svscan", "busybox", "linuxrc");

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
    // Kernel threads live in the first namespace only.
    if (namespace(proc).equals(INITIAL) || name(proc, 2).equals("kthreadd")) {
      return CheckResult.ok(NAME, "the host's");
    }
    String init = name(proc, 1);
    return INIT_NAMES.contains(init)
        ? CheckResult.warning(
            NAME,
            "of a node that is a container itself (pid 1 is "
                + init
                + "): only processes of this node are seen",
            "nothing to do on such a node; elsewhere " + FIX)
        : CheckResult.failed(
            NAME,
            "of this container alone (pid 1 is '" + init + "'): no other process is seen",
            FIX);
  }

  private static String namespace(Path proc) {
    try {
      return Files.readSymbolicLink(proc.resolve("self/ns/pid")).toString();
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }

  private static String name(Path proc, int pid) {
    return KernelText.read(proc.resolve(pid + "/comm")).orElse("");
  }
}
