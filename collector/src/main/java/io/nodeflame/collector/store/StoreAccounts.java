package io.nodeflame.collector.store;

import java.util.Map;

/**
 * What became of the samples given to the store since it was opened: {@code accepted} and {@code
 * reopened} together are {@code stored} and all that was dropped.
 *
 * @param acceptedSamples samples of all profiles handed over
 * @param reopenedSamples samples found in the file at start
 * @param storedSamples samples that can be queried now
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
    Map<DropReason, Long> droppedSamples,
    long storedProfiles,
    long storedProfileBytes,
    long fileBytes,
    int series) {
  public StoreAccounts {
    droppedSamples = Map.copyOf(droppedSamples);
  }
}
