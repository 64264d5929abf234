package io.nodeflame.collector.daemon;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;

/** Collects the points of one counter. */
record Counters(CounterSnapshot.Builder snapshot) {
  static Counters named(String name, String help) {
    return new Counters(CounterSnapshot.builder().name("nodeflame_" + name).help(help));
  }

  /** Exact below 2^53. */
  Counters add(long value, String... labels) {
    return add((double) value, labels);
  }

  Counters add(double value, String... labels) {
    snapshot.dataPoint(
        CounterDataPointSnapshot.builder().value(value).labels(Labels.of(labels)).build());
    return this;
  }

  CounterSnapshot build() {
    return snapshot.build();
  }
}
