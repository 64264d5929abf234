package io.nodeflame.collector.daemon;

import io.nodeflame.collector.delivery.EndpointQueue;
import io.nodeflame.collector.delivery.SeriesAccounts;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;

/** What the bound of series does to each endpoint. */
final class SeriesMetrics {
  private SeriesMetrics() {}

  static void add(MetricSnapshots.Builder out, List<EndpointQueue> endpoints) {
    Gauges series =
        Gauges.named(
            "sink_series",
            "Distinct label sets within an hour. Rising to maxSeries: labels are dropped.");
    Counters dropped =
        Counters.named(
            "sink_labels_dropped",
            "Profiles sent without a kind of label. Rising: more series than maxSeries has room"
                + " for, or too many labels.");
    Counters beyond =
        Counters.named(
            "sink_profiles_beyond_max_series",
            "Profiles of series beyond maxSeries even with the fewest labels. Rising: the server"
                + " may refuse them.");
    for (EndpointQueue endpoint : endpoints) {
      SeriesAccounts accounts = endpoint.series();
      series.add(accounts.series(), "sink", endpoint.name());
      beyond.add(accounts.beyondBound(), "sink", endpoint.name());
      accounts
          .droppedLabels()
          .forEach((label, n) -> dropped.add(n, "label", label, "sink", endpoint.name()));
    }
    out.metricSnapshot(series.build())
        .metricSnapshot(dropped.build())
        .metricSnapshot(beyond.build());
  }
}
