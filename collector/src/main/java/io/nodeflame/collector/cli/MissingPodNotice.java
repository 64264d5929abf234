package io.nodeflame.collector.cli;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Says once, some seconds after the start, that a pod is not there: nobody waits an hour in vain.
 */
final class MissingPodNotice implements Countdown.Progress {
  /** Until then the API server may not have answered. */
  static final Duration AFTER = Duration.ofSeconds(5);

  private final Supplier<String> missing;
  private final Consumer<String> said;
  private boolean isOver;

  /**
   * @param missing why nothing is recorded, empty when the pod is there; asked once
   */
  MissingPodNotice(Supplier<String> missing, Consumer<String> said) {
    this.missing = missing;
    this.said = said;
  }

  @Override
  public void passed(Duration time) {
    if (isOver || time.compareTo(AFTER) < 0) {
      return;
    }
    isOver = true;
    String why = missing.get();
    if (!why.isEmpty()) {
      said.accept(why);
    }
  }
}
