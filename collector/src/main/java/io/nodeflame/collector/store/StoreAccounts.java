package io.nodeflame.collector.store;

import java.util.Map;

/**
 * What became of the samples given to the store since it was opened: {@code accepted} and {@code
 * reopened} together are {@code stored} and all that was dropped.
 *
 * @param acceptedSamples samples of all profiles handed over
 * @param reopenedSamples samples found in the file at start
 * @param storedSamples samples that can be queried now
 * @param delivered profiles and bytes that were stored since it was opened, whatever became of them
 * @param droppedSamples by reason; every reason is present
 * @param storedProfiles profiles that can be queried now
 * @param storedProfileBytes their size, gzipped
 * @param fileBytes size of the file
 * @param series series that have profiles
 */
public record StoreAccounts(
    long acceptedSamples,
    long reopenedSamples,
    long storedSamples,
    Delivered delivered,
    Map<DropReason, Long> droppedSamples,
    long storedProfiles,
    long storedProfileBytes,
    long fileBytes,
    int series) {
  /** What was stored at some time. */
  public record Delivered(long profiles, long bytes) {}

  public StoreAccounts {
    droppedSamples = Map.copyOf(droppedSamples);
  }
}
