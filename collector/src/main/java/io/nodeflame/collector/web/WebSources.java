package io.nodeflame.collector.web;

import io.nodeflame.collector.store.ProfileStore;
import io.nodeflame.discovery.host.Explainer;
import io.nodeflame.symbolizer.CodeReport;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the server shows. The suppliers are called on its threads, for each request.
 *
 * @param metrics Prometheus text format 0.0.4
 * @param failure what only a restart mends, one sentence; empty while all threads do their work
 * @param readiness whether samples flow
 * @param store what queries are about; none: the page and the query API answer that there is none
 * @param explainer how labels come about
 * @param code how stacks and names come about
 * @param about facts of this daemon for the page
 */
public record WebSources(
    Supplier<String> metrics,
    Supplier<String> failure,
    Supplier<Readiness> readiness,
    Optional<ProfileStore> store,
    Explainer explainer,
    CodeInspection code,
    About about) {

  /** Looks at the code of a process. */
  @FunctionalInterface
  public interface CodeInspection {
    CodeInspection NONE = (pid, startTicks) -> Optional.empty();

    /**
     * Empty when the process is gone, or has no code of its own.
     *
     * @param startTicks when it started, in 10 ms since boot
     */
    Optional<CodeReport> inspect(int pid, long startTicks);
  }

  /**
   * Facts for the page.
   *
   * @param node name of this machine
   * @param window time that one profile covers
   * @param retention how long the store keeps profiles
   * @param firstProfileAt when the first profile of this run is due
   */
  public record About(
      String node, Duration window, Duration retention, Instant firstProfileAt, Clock clock) {}
}
