package io.nodeflame.collector.daemon;

import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;

/** Collects the points of one gauge. */
record Gauges(GaugeSnapshot.Builder snapshot) {
  static Gauges named(String name, String help) {
    return new Gauges(GaugeSnapshot.builder().name("nodeflame_" + name).help(help));
  }

  /** Exact below 2^53. */
  Gauges add(long value, String... labels) {
    return add((double) value, labels);
  }

  Gauges add(double value, String... labels) {
    snapshot.dataPoint(
        GaugeDataPointSnapshot.builder().value(value).labels(Labels.of(labels)).build());
    return this;
  }

  GaugeSnapshot build() {
    return snapshot.build();
  }
}
