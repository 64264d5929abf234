package io.nodeflame.collector.profile;

import java.util.List;

/**
 * One entry of a stack as a profile carries it: a pprof location.
 *
 * @param kind lower-case word such as {@code kernel}, {@code native}, {@code go}, {@code jit}
 * @param mapping file or pseudo file that the code belongs to, empty when unknown
 * @param buildId GNU build ID in lower-case hex, empty when unknown
 * @param lines innermost inlined function first, the physical function last; never empty
 */
public record ProfileFrame(String kind, String mapping, String buildId, List<Line> lines) {

  /**
   * A function and where in its source the frame belongs.
   *
   * @param function never empty
   * @param file empty when unknown
   * @param line 0 when unknown
   */
  public record Line(String function, String file, int line) {}

  public ProfileFrame {
    lines = List.copyOf(lines);
    if (lines.isEmpty()) {
      throw new IllegalArgumentException("a frame needs at least one line");
    }
  }
}
