package io.nodeflame.collector.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.collector.cli.OnePodCluster;
import io.nodeflame.collector.config.ConfigLoader;
import io.nodeflame.collector.config.NodeflameConfig;
import io.nodeflame.discovery.CgroupFrequencies;
import io.nodeflame.discovery.Target;
import io.nodeflame.discovery.cgroup.CgroupHierarchy;
import io.nodeflame.discovery.cgroup.ContainerId;
import io.nodeflame.discovery.host.PublishedNames;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Discovery as the daemon wires it, against an API server that knows one pod. */
class NodePodsTest {
  @TempDir Path directory;

  @Test
  void podsAreKnownAndCountedAsDocumented() throws Exception {
    NodeflameConfig config = ConfigLoader.load("nodeName: n1", Map.of()).config();
    CgroupHierarchy hierarchy = new CgroupHierarchy(2, "", directory, "/");
    try (OnePodCluster cluster = new OnePodCluster(directory);
        NodeDiscovery discovery =
            NodeDiscovery.start(
                config,
                hierarchy,
                cluster.environment(),
                CgroupFrequencies.NONE,
                PublishedNames.UNKNOWN)) {
      NodePods pods = discovery.pods().orElseThrow();
      for (int i = 0; i < 600 && !isSynced(pods); i++) {
        Thread.sleep(50);
      }
      assertTrue(isSynced(pods), pods.watch().pods().problem());
      ContainerId container =
          ContainerId.in("/kubepods/pod" + OnePodCluster.UID + "/" + OnePodCluster.ID)
              .orElseThrow();
      Target target =
          (Target)
              pods.targets()
                  .resolve(
                      container,
                      new io.nodeflame.discovery.ProcessFacts(7, 1, 1, "web", "/bin/web"))
                  .orElseThrow();
      assertEquals(
          Map.of(
              "service_name", "web",
              "namespace", "shop",
              "pod", "web-0",
              "container", "main",
              "node", "n1",
              "workload_kind", "StatefulSet",
              "workload_name", "web"),
          target.labels().asMap());

      MetricSnapshots.Builder scrape = MetricSnapshots.builder();
      DiscoveryMetrics.add(scrape, discovery);
      Map<String, String> labels = labels(scrape.build());
      labels.remove("nodeflame_label_problems_total");
      assertEquals(DocumentedMetrics.labelsInKubernetes(), labels);
    }
  }

  private static boolean isSynced(NodePods pods) {
    return pods.watch().pods().synced() && pods.watch().namespaces().synced();
  }

  private static Map<String, String> labels(MetricSnapshots snapshots) {
    Map<String, String> labels = new TreeMap<>();
    for (MetricSnapshot snapshot : snapshots) {
      String suffix = snapshot instanceof CounterSnapshot ? "_total" : "";
      DataPointSnapshot point = snapshot.getDataPoints().get(0);
      labels.put(
          snapshot.getMetadata().getName() + suffix,
          StreamSupport.stream(point.getLabels().spliterator(), false)
              .map(label -> label.getName())
              .collect(Collectors.joining(", ")));
    }
    return labels;
  }

  @Test
  void withoutAWayToTheClusterPodsAreOnlyMissed() throws Exception {
    NodeflameConfig config = ConfigLoader.load("nodeName: n1", Map.of()).config();
    CgroupHierarchy hierarchy = new CgroupHierarchy(2, "", directory, "/");
    try (NodeDiscovery discovery =
        NodeDiscovery.start(
            config, hierarchy, Map.of(), CgroupFrequencies.NONE, PublishedNames.UNKNOWN)) {
      assertTrue(discovery.pods().isEmpty());
    }
    Map<String, String> missing = Map.of("KUBECONFIG", directory.resolve("absent").toString());
    try (NodeDiscovery discovery =
        NodeDiscovery.start(
            config, hierarchy, missing, CgroupFrequencies.NONE, PublishedNames.UNKNOWN)) {
      assertTrue(discovery.pods().isEmpty());
    }
  }
}
