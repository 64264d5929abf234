package io.nodeflame.collector.store;

import java.util.Map;

/**
 * What became of the samples given to the store since it was opened: {@code accepted} and {@code
 * reopened} together are {@code stored} and all that was dropped. And {@code accepted} is {@code
 * delivered}, {@code waiting} and what was {@link DropReason#isRefusal refused}.
 *
 * @param acceptedSamples samples of all profiles handed over
 * @param reopenedSamples samples found in the file at start
 * @param storedSamples samples that can be queried now
 * @param delivered what came to be on disk since it was opened, whatever became of it later
 * @param waiting what the next commit writes: the file's failure would lose it
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
    Counts delivered,
    Counts waiting,
    Map<DropReason, Long> droppedSamples,
    long storedProfiles,
    long storedProfileBytes,
    long fileBytes,
    int series) {
  /**
   * Counts of one outcome.
   *
   * @param bytes gzipped
   */
  public record Counts(long profiles, long samples, long bytes) {
    static final Counts ZERO = new Counts(0, 0, 0);

    Counts plus(Counts other) {
      return new Counts(profiles + other.profiles, samples + other.samples, bytes + other.bytes);
    }
  }

  public StoreAccounts {
    droppedSamples = Map.copyOf(droppedSamples);
  }
}
