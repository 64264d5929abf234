package io.nodeflame.discovery.pod;

import java.time.Duration;

/**
 * How much {@link PodIndex} keeps.
 *
 * @param maxBytes of all pods, as {@link Footprint} estimates them
 * @param maxDeleted how many deleted pods stay findable
 * @param deletedKept how long they do: samples come in batches, and a spool may be read late
 */
public record PodIndexLimits(long maxBytes, int maxDeleted, Duration deletedKept) {
  /** About a thousand pods of 4 KiB; kubelet allows 110 unless told otherwise. */
  public static final PodIndexLimits DEFAULT =
      new PodIndexLimits(4L << 20, 512, Duration.ofMinutes(5));

  public PodIndexLimits {
    if (maxBytes < 0 || maxDeleted < 0 || deletedKept.isNegative()) {
      throw new IllegalArgumentException("negative limit");
    }
  }
}
