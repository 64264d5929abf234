package io.nodeflame.collector.e2e;

import static io.nodeflame.collector.e2e.Objects.at;
import static io.nodeflame.collector.e2e.Objects.map;

import java.time.Instant;
import java.util.Map;

/** The daemon's pod on the first node. */
final class Agent {
  static final String SYSTEM = "nodeflame";

  private Agent() {}

  static Map<String, Object> pod() throws Exception {
    return map(
        at(
            Cluster.get("pods", "-n", SYSTEM, "-l", "app.kubernetes.io/name=nodeflame"),
            "items",
            0));
  }

  static String name() throws Exception {
    return (String) at(pod(), "metadata", "name");
  }

  static String node() throws Exception {
    return (String) at(pod(), "spec", "nodeName");
  }

  static Instant containerStart() throws Exception {
    return Instant.parse(
        (String) at(pod(), "status", "containerStatuses", 0, "state", "running", "startedAt"));
  }

  /** Through the API server, so that this machine need not reach pods. */
  static String scrape() throws Exception {
    String path = "/api/v1/namespaces/nodeflame/pods/" + name() + ":4041/proxy/metrics";
    return Tools.kubectl("get", "--raw", path).succeeded();
  }

  static double sum(String metrics, String metric) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(metric + " ") || line.startsWith(metric + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
