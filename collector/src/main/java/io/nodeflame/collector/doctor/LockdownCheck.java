package io.nodeflame.collector.doctor;

/** Lockdown leaves BPF programs the right to read. */
final class LockdownCheck implements Check {
  private static final String NAME = "lockdown";

  private final NodeRoots roots;

  LockdownCheck(NodeRoots roots) {
    this.roots = roots;
  }

  @Override
  public CheckResult run() {
    return switch (Lockdown.read(roots.sys())) {
      case NONE -> CheckResult.ok(NAME, "lockdown is off, or not to be seen");
      case INTEGRITY -> CheckResult.ok(NAME, "lockdown=integrity, which lets BPF read");
      case CONFIDENTIALITY ->
          CheckResult.failed(
              NAME,
              "lockdown=confidentiality denies BPF programs to read kernel memory",
              "boot with lockdown=integrity");
    };
  }
}
