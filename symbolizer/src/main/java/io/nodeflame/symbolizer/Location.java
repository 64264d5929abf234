package io.nodeflame.symbolizer;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one address of a stack is. Addresses of one function may share one object, so that what is
 * made of it can be found again by identity.
 *
 * @param kind where the code comes from
 * @param mapping file as the process names it, {@code [vdso]}, or a kernel module's {@code [name]};
 *     empty for the kernel's own code and for code made at run time
 * @param buildId GNU build ID of the file in lower-case hex, empty when it has none
 * @param lines innermost inlined function first, the physical function last; never empty: an
 *     address without a name has one line {@code file+0xoffset}
 * @param unnamed why there is no name, empty when there is one
 */
public record Location(
    FrameKind kind,
    String mapping,
    String buildId,
    List<SourceLine> lines,
    Optional<UnnamedReason> unnamed) {
  /**
   * Marked TOPFRAME in Go's runtime: the first function of a goroutine and of a thread. A thread
   * inherits the frame pointer of the one that made it, so a walk may run on from there.
   */
  private static final Set<String> GO_STACK_BASES = Set.of("runtime.goexit", "runtime.mstart");

  public Location {
    lines = List.copyOf(lines);
    if (lines.isEmpty()) {
      throw new IllegalArgumentException("a location needs at least one line");
    }
  }

  /** Whether stacks begin in this function: what a walk finds beyond it is of another stack. */
  public boolean isStackBase() {
    return kind == FrameKind.GO && GO_STACK_BASES.contains(lines.get(lines.size() - 1).function());
  }
}
