package io.nodeflame.collector.daemon;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/** What became of changes of the configuration file. For any number of threads. */
public final class ReloadCounts {
  private long applied;
  private long refused;
  private long unchanged;
  private boolean lastIsGood = true;

  ReloadCounts() {}

  synchronized void applied() {
    applied++;
    lastIsGood = true;
  }

  synchronized void refused() {
    refused++;
    lastIsGood = false;
  }

  /** Nothing in it takes effect while the daemon runs. */
  synchronized void unchanged() {
    unchanged++;
    lastIsGood = true;
  }

  synchronized void addTo(MetricSnapshots.Builder out) {
    out.metricSnapshot(
        Counters.named(
                "config_reloads",
                "Changes of the configuration file. Rising refused: the log says what is wrong.")
            .add(applied, "result", "applied")
            .add(refused, "result", "refused")
            .add(unchanged, "result", "unchanged")
            .build());
    out.metricSnapshot(
        Gauges.named(
                "config_last_reload_successful",
                "0 while the file was refused, so that an older state of it is in force.")
            .add(lastIsGood ? 1 : 0)
            .build());
  }
}
