package io.nodeflame.collector.collection;

import io.nodeflame.bpf.EndReason;
import io.nodeflame.symbolizer.UnnamedReason;
import java.util.EnumMap;
import java.util.Map;

/** How good the stacks were: samples by the walk's end, frames by whether they have a name. */
final class StackQuality {
  private final Map<EndReason, Long> samplesByEnd = new EnumMap<>(EndReason.class);
  private final Map<UnnamedReason, Long> unnamed = new EnumMap<>(UnnamedReason.class);
  private long named;

  /** Counts at one moment, in samples. */
  public record Report(
      Map<EndReason, Long> samplesByEnd, long namedFrames, Map<UnnamedReason, Long> unnamedFrames) {
    public Report {
      samplesByEnd = Map.copyOf(samplesByEnd);
      unnamedFrames = Map.copyOf(unnamedFrames);
    }
  }

  synchronized void count(EndReason end, FrameTable table, int[] frames, int depth, long samples) {
    samplesByEnd.merge(end, samples, Long::sum);
    for (int i = 0; i < depth; i++) {
      UnnamedReason reason = table.reason(frames[i]);
      if (reason == null) {
        named += samples;
      } else {
        unnamed.merge(reason, samples, Long::sum);
      }
    }
  }

  synchronized Report report() {
    return new Report(samplesByEnd, named, unnamed);
  }
}
