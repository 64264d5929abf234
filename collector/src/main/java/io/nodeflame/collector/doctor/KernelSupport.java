package io.nodeflame.collector.doctor;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether the sampler may run on a kernel. The rules and their sources are section 1.3 of the
 * unwinding document.
 *
 * @param reason one sentence; empty when all is well
 * @param overridable a refused kernel that may carry the fix under its old number: an operator who
 *     knows may run all the same
 */
public record KernelSupport(Verdict verdict, String reason, boolean overridable) {

  /** What to do. */
  public enum Verdict {
    OK,
    /** Run, and say the reason. */
    WARN,
    REFUSED
  }

  private static final KernelSupport GOOD = new KernelSupport(Verdict.OK, "", false);

  /**
   * Judges a kernel.
   *
   * @param hasBtf whether {@code /sys/kernel/btf/vmlinux} exists
   */
  public static KernelSupport of(KernelVersion kernel, boolean hasBtf, Lockdown lockdown) {
    if (!kernel.isAtLeast(5, 10, 0)) {
      return refused(
          "kernel " + kernel + " is older than 5.10, which the BPF programs need", false);
    }
    if (!hasBtf) {
      return refused("kernel " + kernel + " has no BTF (/sys/kernel/btf/vmlinux)", false);
    }
    if (lockdown == Lockdown.CONFIDENTIALITY) {
      return refused(
          "the kernel runs in lockdown=confidentiality, which denies BPF programs to read kernel"
              + " memory",
          false);
    }
    if (canFreeze(kernel)) {
      return refused(
          "kernel "
              + kernel
              + " can freeze the machine when a perf event reads user memory; fixed in 6.1.36,"
              + " 6.3.10 and 6.4",
          true);
    }
    if (kernel.isAtLeast(6, 15, 0) && !kernel.isAtLeast(6, 19, 0)) {
      return new KernelSupport(
          Verdict.WARN,
          "kernel "
              + kernel
              + " may lack the stable fix of the ring buffer's lock: with hardware events another"
              + " program that shares a ring with the sampler would stall a CPU up to 250 ms, so"
              + " the sampler has rings of its own",
          false);
    }
    return GOOD;
  }

  /**
   * The kernel that runs now.
   *
   * @param proc the root of procfs
   * @param sys the root of sysfs
   */
  public static KernelSupport read(Path proc, Path sys) {
    Optional<KernelVersion> kernel = KernelVersion.read(proc);
    return kernel
        .map(version -> of(version, Btf.isIn(sys), Lockdown.read(sys)))
        .orElse(refused("the kernel's version cannot be read", true));
  }

  /** 5.19, 6.0, 6.1.0 to 6.1.35, 6.2, 6.3.0 to 6.3.9: copy_from_user_nofault without its fix. */
  private static boolean canFreeze(KernelVersion kernel) {
    return kernel.isSeries(5, 19)
        || kernel.isSeries(6, 0)
        || (kernel.isSeries(6, 1) && kernel.patch() < 36)
        || kernel.isSeries(6, 2)
        || (kernel.isSeries(6, 3) && kernel.patch() < 10);
  }

  private static KernelSupport refused(String reason, boolean overridable) {
    return new KernelSupport(Verdict.REFUSED, reason, overridable);
  }
}
