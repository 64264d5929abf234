package io.nodeflame.collector.collection;

import io.nodeflame.bpf.EndReason;
import io.nodeflame.symbolizer.UnnamedReason;
import java.util.Map;

/**
 * What collection has done so far.
 *
 * @param samplesByEnd samples by how the walk of their user stack ended
 * @param namedFrames frames with a name, counted per sample
 * @param unnamedFrames frames without one, by reason, counted per sample
 * @param images process images known
 * @param targets targets of the last window
 * @param windows windows closed
 * @param heldSamples samples that wait until their pods are known
 */
public record CollectionReport(
    Map<EndReason, Long> samplesByEnd,
    long namedFrames,
    Map<UnnamedReason, Long> unnamedFrames,
    int images,
    int targets,
    long windows,
    long heldSamples,
    long liveHeapBytes) {}
