package io.nodeflame.collector.pprof;

import io.nodeflame.collector.profile.EncodedProfile;
import io.nodeflame.collector.profile.StackProfile;
import io.nodeflame.symbolizer.bytes.MalformedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Halves an encoded profile that a server found too large. The halves have all samples of the whole
 * and times of their own.
 */
public final class ProfileSplitter {
  private final ProfileClock clock;

  /**
   * @param clock the one that gave the profiles their times
   */
  public ProfileSplitter(ProfileClock clock) {
    this.clock = clock;
  }

  /**
   * Splits a profile in two.
   *
   * @return the profile itself when it has one stack only, and cannot be split
   * @throws MalformedException when its bytes are not what an encoder wrote
   */
  public List<EncodedProfile> split(EncodedProfile whole) throws MalformedException {
    PprofReader reader = new PprofReader(PprofReader.Bounds.FILE);
    DecodedProfile decoded = reader.read(whole.gzippedPprof());
    int stacks = decoded.stackCount();
    if (stacks < 2) {
      return List.of(whole);
    }
    List<EncodedProfile> parts = new ArrayList<>(2);
    try (PprofEncoder encoder = new PprofEncoder(PprofLimits.PYROSCOPE, clock)) {
      long samplesLeft = whole.samples();
      long firstSamples = share(decoded, stacks / 2, samplesLeft);
      parts.addAll(encoder.encode(range(whole, decoded, 0, stacks / 2, firstSamples)));
      samplesLeft -= firstSamples;
      parts.addAll(encoder.encode(range(whole, decoded, stacks / 2, stacks, samplesLeft)));
    }
    return parts;
  }

  /** Samples of the first stacks: values are in proportion to samples. */
  private static long share(DecodedProfile decoded, int stacks, long samples) {
    double first = 0;
    for (int i = 0; i < stacks; i++) {
      first += decoded.value(i, 0);
    }
    long share = Math.round((double) samples * (first / Math.max(1.0, (double) decoded.total(0))));
    return Math.max(0, Math.min(share, samples));
  }

  private static StackProfile range(
      EncodedProfile whole, DecodedProfile decoded, int from, int to, long samples) {
    int count = to - from;
    int[] starts = new int[count + 1];
    long[] values = new long[count];
    long[] sampleCounts = new long[count];
    // pprof has no sample counts: only their sum is used, so the first stack may have all.
    sampleCounts[0] = samples;
    for (int i = 0; i < count; i++) {
      starts[i + 1] = starts[i] + decoded.depth(from + i);
      values[i] = decoded.value(from + i, 0);
    }
    int[] frameIndexes = new int[starts[count]];
    for (int i = 0; i < count; i++) {
      for (int depth = 0; depth < decoded.depth(from + i); depth++) {
        frameIndexes[starts[i] + depth] = decoded.frameIndex(from + i, depth);
      }
    }
    Duration duration = Duration.ofNanos(decoded.durationNanos());
    Instant start = whole.time().minus(duration);
    return new StackProfile(
        whole.type(),
        whole.labels(),
        start,
        duration,
        decoded.period(),
        decoded.frames(),
        frameIndexes,
        starts,
        sampleCounts,
        values);
  }
}
