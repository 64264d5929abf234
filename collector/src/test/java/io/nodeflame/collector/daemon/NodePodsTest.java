package io.nodeflame.collector.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.nodeflame.collector.config.ConfigLoader;
import io.nodeflame.collector.config.NodeflameConfig;
import io.nodeflame.discovery.Target;
import io.nodeflame.discovery.cgroup.CgroupHierarchy;
import io.nodeflame.discovery.cgroup.ContainerId;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Discovery as the daemon wires it, against an API server that knows one pod. */
class NodePodsTest {
  private static final String UID = "117ec485-a703-43c9-afe9-3e1a42bccb98";
  private static final String ID = "ab".repeat(32);
  private static final String POD =
      """
      {"metadata": {"uid": "%s", "namespace": "shop", "name": "web-0", "resourceVersion": "5",
        "labels": {"app": "web"},
        "ownerReferences": [{"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "web",
          "uid": "u", "controller": true}]},
       "spec": {"nodeName": "n1", "containers": [{"name": "main", "image": "web:1"}]},
       "status": {"phase": "Running",
         "containerStatuses": [{"name": "main", "containerID": "containerd://%s"}]}}
      """
          .formatted(UID, ID);

  @TempDir Path directory;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  @AfterEach
  void end() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String uri = exchange.getRequestURI().toString();
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    if (uri.contains("watch=true")) {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().flush();
      return; // open until the client goes
    }
    String kind = uri.contains("/namespaces") ? "Namespace" : "Pod";
    String items =
        kind.equals("Pod") ? POD : "{\"metadata\": {\"uid\": \"n\", \"name\": \"shop\"}}";
    byte[] body =
        ("{\"kind\": \"%sList\", \"apiVersion\": \"v1\", \"metadata\": {\"resourceVersion\": \"9\"},"
                + " \"items\": [%s]}")
            .formatted(kind, items)
            .getBytes(UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  private Map<String, String> environment() throws IOException {
    Path kubeconfig = directory.resolve("kubeconfig");
    Files.writeString(
        kubeconfig,
        """
        apiVersion: v1
        kind: Config
        current-context: c
        contexts: [{name: c, context: {cluster: k, user: u}}]
        clusters: [{name: k, cluster: {server: "http://127.0.0.1:%d"}}]
        users: [{name: u, user: {token: t}}]
        """
            .formatted(server.getAddress().getPort()));
    return Map.of("KUBECONFIG", kubeconfig.toString());
  }

  @Test
  void podsAreKnownAndCountedAsDocumented() throws Exception {
    NodeflameConfig config = ConfigLoader.load("nodeName: n1", Map.of()).config();
    CgroupHierarchy hierarchy = new CgroupHierarchy(2, "", directory, "/");
    try (NodeDiscovery discovery = NodeDiscovery.start(config, hierarchy, environment())) {
      NodePods pods = discovery.pods().orElseThrow();
      for (int i = 0; i < 600 && !isSynced(pods); i++) {
        Thread.sleep(50);
      }
      assertTrue(isSynced(pods), pods.watch().pods().problem());
      ContainerId container = ContainerId.in("/kubepods/pod" + UID + "/" + ID).orElseThrow();
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
    try (NodeDiscovery discovery = NodeDiscovery.start(config, hierarchy, Map.of())) {
      assertTrue(discovery.pods().isEmpty());
    }
    Map<String, String> missing = Map.of("KUBECONFIG", directory.resolve("absent").toString());
    try (NodeDiscovery discovery = NodeDiscovery.start(config, hierarchy, missing)) {
      assertTrue(discovery.pods().isEmpty());
    }
  }
}
