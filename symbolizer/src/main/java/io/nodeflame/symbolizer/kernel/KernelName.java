package io.nodeflame.symbolizer.kernel;

import io.nodeflame.symbolizer.UnnamedReason;
import java.util.Optional;

/**
 * What a kernel address is.
 *
 * @param name function as the kernel names it, {@code .cold}, {@code .isra.0} and {@code
 *     .constprop.0} included, without {@code .llvm.<digits>}; empty when there is none
 * @param module name of the module, {@code bpf} for a BPF program, empty for the kernel itself
 * @param offset bytes from the function's start
 * @param unnamed why there is no name, empty when there is one
 */
public record KernelName(String name, String module, long offset, Optional<UnnamedReason> unnamed) {
  static final KernelName HIDDEN = unnamed(UnnamedReason.KERNEL_HIDDEN);
  static final KernelName NONE = unnamed(UnnamedReason.NO_KERNEL_SYMBOL);

  public boolean isNamed() {
    return unnamed.isEmpty();
  }

  static KernelName of(String name, String module, long offset) {
    return new KernelName(name, module, offset, Optional.empty());
  }

  private static KernelName unnamed(UnnamedReason reason) {
    return new KernelName("", "", 0, Optional.of(reason));
  }
}
