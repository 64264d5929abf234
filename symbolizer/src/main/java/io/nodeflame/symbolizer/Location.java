package io.nodeflame.symbolizer;

import java.util.List;
import java.util.Optional;

/**
 * What one address of a stack is.
 *
 * @param kind where the code comes from
 * @param mapping file as the process names it, {@code [kernel]}, {@code [vdso]} or {@code [jit]}
 * @param buildId GNU build ID of the file in lower-case hex, empty when it has none
 * @param address virtual offset in the file's ELF address space; 0 when the file is unknown
 * @param lines innermost inlined function first, the physical function last; never empty: an
 *     address without a name has one line {@code file+0xoffset}
 * @param unnamed why there is no name, empty when there is one
 */
public record Location(
    FrameKind kind,
    String mapping,
    String buildId,
    long address,
    List<SourceLine> lines,
    Optional<UnnamedReason> unnamed) {
  public Location {
    lines = List.copyOf(lines);
    if (lines.isEmpty()) {
      throw new IllegalArgumentException("a location needs at least one line");
    }
  }
}
