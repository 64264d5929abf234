package io.nodeflame.collector.e2e;

import static io.nodeflame.collector.e2e.Objects.at;
import static io.nodeflame.collector.e2e.Objects.map;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The daemon's pod on the first node. */
final class Agent {
  static final String SYSTEM = "nodeflame";

  private static final String WINDOWS_CLOSED = "nodeflame_windows_closed_total";
  private static final Pattern SENTENCE =
      Pattern.compile("(\\d{4}-\\d{2}-\\d{2}T\\S+ (INFO|WARN) |warning: )?[^\\s:][^:]*[: ].*");

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

  /** Fails with the last words of the container that was before. */
  static void assertNotRestarted() throws Exception {
    Object restarts = at(pod(), "status", "containerStatuses", 0, "restartCount");
    if (!restarts.equals(0)) {
      String state = at(pod(), "status", "containerStatuses", 0, "lastState").toString();
      fail(state + Tools.kubectl("-n", SYSTEM, "logs", name(), "--previous"));
    }
  }

  static String log() throws Exception {
    return Tools.kubectl("-n", SYSTEM, "logs", name()).succeeded();
  }

  /**
   * The log, of which each line must be a sentence: with a time and a level, or one of those that
   * are said before there is a log.
   */
  static List<String> sentences() throws Exception {
    List<String> lines = log().lines().toList();
    for (String line : lines) {
      assertTrue(SENTENCE.matcher(line).matches(), () -> "no sentence: " + line);
    }
    return lines;
  }

  static void assertEverySampleIsAccountedFor(String metrics) {
    double taken = sum(metrics, "nodeflame_samples_taken_total");
    double elsewhere =
        sum(metrics, "nodeflame_samples_dropped_total")
            + sum(metrics, "nodeflame_samples_lost_total")
            + sum(metrics, "nodeflame_samples_waiting")
            + sum(metrics, "nodeflame_sink_samples_delivered_total")
            + sum(metrics, "nodeflame_sink_samples_waiting")
            + sum(metrics, "nodeflame_sink_samples_dropped_total");
    assertTrue(taken > 0, metrics);
    assertEquals(taken, elsewhere, metrics);
    assertEquals(0, sum(metrics, "nodeflame_sink_samples_dropped_total"), metrics);
  }

  static double unmatched(String metrics) {
    return value(metrics, "nodeflame_samples_dropped_total{reason=\"unmatched\"}");
  }

  /** Waits until so many windows more were closed, each of which was pushed before the next. */
  static void awaitWindows(Duration atMost, int more) throws Exception {
    double closed = sum(scrape(), WINDOWS_CLOSED);
    Cluster.await(atMost, "windows to close", () -> sum(scrape(), WINDOWS_CLOSED) >= closed + more);
  }

  /** Of one series, written as in the metrics. */
  static double value(String metrics, String series) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** Of all series of a metric together. */
  static double sum(String metrics, String metric) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(metric + " ") || line.startsWith(metric + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
