package io.nodeflame.collector.daemon;

import io.nodeflame.discovery.kubernetes.WatchState;
import io.nodeflame.discovery.pod.NamespaceIndex;
import io.nodeflame.discovery.pod.PodIndex;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.util.Map;

/** The metrics of discovery; those of pods are there in Kubernetes only. */
final class DiscoveryMetrics {
  private DiscoveryMetrics() {}

  static void add(MetricSnapshots.Builder out, NodeDiscovery discovery) {
    out.metricSnapshot(
        Counters.named(
                "label_problems",
                "Annotations without effect and labels that were left out, each time that labels"
                    + " were made. The log names each once.")
            .add(discovery.problemCount())
            .build());
    discovery.pods().ifPresent(pods -> addPods(out, pods));
  }

  private static void addPods(MetricSnapshots.Builder out, NodePods pods) {
    addWatches(out, Map.of("pods", pods.watch().pods(), "namespaces", pods.watch().namespaces()));
    out.metricSnapshot(
        Counters.named(
                "kubernetes_token_failures",
                "Times that the token's file could not be read. The last token is used until it"
                    + " expires.")
            .add(pods.watch().tokenFailures())
            .build());
    PodIndex.Stats stats = pods.podStats();
    out.metricSnapshot(
        Gauges.named("pods", "Pods of this node, and those that are gone but still findable.")
            .add(stats.pods(), "state", "known")
            .add(stats.deleted(), "state", "deleted")
            .build());
    out.metricSnapshot(
        Gauges.named(
                "pod_containers",
                "Containers of the node's pods. Waiting ones have no id in their status yet.")
            .add(stats.containers() - (long) stats.waiting(), "state", "known")
            .add(stats.waiting(), "state", "waiting")
            .build());
    NamespaceIndex.Stats namespaces = pods.namespaceStats();
    out.metricSnapshot(
        Gauges.named("namespaces", "Namespaces known.").add(namespaces.namespaces()).build());
    out.metricSnapshot(
        Gauges.named("kubernetes_index_bytes", "Memory of what is known of the cluster, estimated.")
            .add(stats.bytes(), "resource", "pods")
            .add(namespaces.bytes(), "resource", "namespaces")
            .build());
    out.metricSnapshot(
        Counters.named(
                "kubernetes_index_dropped",
                "Objects that there was no memory for. Rising: their pods have no labels.")
            .add(stats.dropped(), "resource", "pods")
            .add(namespaces.dropped(), "resource", "namespaces")
            .build());
    out.metricSnapshot(
        Counters.named(
                "pod_conflicts",
                "Claims of a container that another pod claims too. Rising: a status is forged or"
                    + " wrong; the cgroup decides.")
            .add(stats.conflicts(), "kind", "claim")
            .add(stats.contradictions(), "kind", "cgroup")
            .build());
  }

  private static void addWatches(MetricSnapshots.Builder out, Map<String, WatchState> watches) {
    Gauges synced =
        Gauges.named(
            "kubernetes_synced", "1 once the API server's whole list was read, by resource.");
    Gauges connected =
        Gauges.named(
            "kubernetes_connected", "1 while the watch stands. At 0 for long: see the log.");
    Gauges age =
        Gauges.named(
            "kubernetes_event_age_seconds",
            "Time since the API server last told of a change; large on a quiet node.");
    Counters reconnects =
        Counters.named(
            "kubernetes_reconnects", "Watches begun anew; one in some minutes is normal.");
    Counters failures =
        Counters.named(
            "kubernetes_failures",
            "Lists and watches that failed. Rising refused: a right is missing, the log says which.");
    watches.forEach(
        (resource, state) -> {
          synced.add(state.synced() ? 1 : 0, "resource", resource);
          connected.add(state.connected() ? 1 : 0, "resource", resource);
          age.add(
              state.sinceEvent().map(Duration::toMillis).orElse(0L) / 1000.0, "resource", resource);
          reconnects.add(state.reconnects(), "resource", resource);
          failures.add(state.refusals(), "reason", "refused", "resource", resource);
          failures.add(state.failures(), "reason", "failed", "resource", resource);
          failures.add(state.malformed(), "reason", "malformed", "resource", resource);
        });
    out.metricSnapshot(synced.build())
        .metricSnapshot(connected.build())
        .metricSnapshot(age.build())
        .metricSnapshot(reconnects.build())
        .metricSnapshot(failures.build());
  }
}
