package io.nodeflame.collector.doctor;

/** The kernel describes its types. */
final class BtfCheck implements Check {
  private final NodeRoots roots;

  BtfCheck(NodeRoots roots) {
    this.roots = roots;
  }

  @Override
  public CheckResult run() {
    return Btf.isIn(roots.sys())
        ? CheckResult.ok("btf", "the kernel has BTF")
        : CheckResult.failed(
            "btf",
            "/sys/kernel/btf/vmlinux is missing or unreadable",
            "use a kernel built with CONFIG_DEBUG_INFO_BTF=y, and mount /sys");
  }
}
