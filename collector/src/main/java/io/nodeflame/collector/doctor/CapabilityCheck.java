package io.nodeflame.collector.doctor;

import java.util.Optional;

/** This process has one capability. */
final class CapabilityCheck implements Check {
  private final NodeRoots roots;
  private final Capability capability;

  CapabilityCheck(NodeRoots roots, Capability capability) {
    this.roots = roots;
    this.capability = capability;
  }

  @Override
  public CheckResult run() {
    String name = "CAP_" + capability;
    Optional<Long> effective =
        KernelText.field(roots.proc().resolve("self/status"), "CapEff")
            .flatMap(CapabilityCheck::hex);
    if (effective.isEmpty()) {
      return CheckResult.failed(
          name, "/proc/self/status does not say which capabilities there are", "mount procfs");
    }
    if (capability.isIn(effective.get())) {
      return CheckResult.ok(name, "held");
    }
    if (capability.isInSysAdmin() && Capability.SYS_ADMIN.isIn(effective.get())) {
      return CheckResult.ok(name, "not held, CAP_SYS_ADMIN stands in for it");
    }
    if (capability.loss().isEmpty()) {
      return CheckResult.ok(name, "not held, and nothing is lost while the others are");
    }
    String what = "missing: " + capability.loss();
    String fix =
        "add " + capability + " to securityContext.capabilities.add, or run as root on the host";
    return capability.isRequired()
        ? CheckResult.failed(name, what, fix)
        : CheckResult.warning(name, what, fix);
  }

  static Optional<Long> hex(String text) {
    try {
      return Optional.of(Long.parseUnsignedLong(text, 16));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
