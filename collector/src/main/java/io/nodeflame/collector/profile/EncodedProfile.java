package io.nodeflame.collector.profile;

import java.time.Instant;

/**
 * One profile ready to be pushed or stored. A retry sends the same bytes with the same time.
 *
 * <p>The array is not copied and must not change.
 */
public final class EncodedProfile {
  private final ProfileType type;
  private final SeriesLabels labels;
  private final Instant time;
  private final byte[] gzippedPprof;
  private final int uncompressedBytes;
  private final long samples;

  /**
   * @param time the profile's {@code time_nanos}: unique within a series
   * @param gzippedPprof the pprof message, gzipped
   * @param uncompressedBytes its size before gzip: what servers charge
   * @param samples samples in it, for the accounts
   */
  public EncodedProfile(
      ProfileType type,
      SeriesLabels labels,
      Instant time,
      byte[] gzippedPprof,
      int uncompressedBytes,
      long samples) {
    this.type = type;
    this.labels = labels;
    this.time = time;
    this.gzippedPprof = gzippedPprof;
    this.uncompressedBytes = uncompressedBytes;
    this.samples = samples;
  }

  /** The same bytes as a profile of another series. */
  public EncodedProfile withLabels(SeriesLabels other) {
    return new EncodedProfile(type, other, time, gzippedPprof, uncompressedBytes, samples);
  }

  public ProfileType type() {
    return type;
  }

  public SeriesLabels labels() {
    return labels;
  }

  public Instant time() {
    return time;
  }

  public byte[] gzippedPprof() {
    return gzippedPprof;
  }

  public int uncompressedBytes() {
    return uncompressedBytes;
  }

  public long samples() {
    return samples;
  }
}
