package io.nodeflame.collector.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.nodeflame.collector.delivery.FakePyroscope;
import io.nodeflame.collector.profile.ProfileFrame;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * 60 pods of 20 workloads that come and go. Each runs a program whose file is named after the pod,
 * so that every sample tells whose it is, whatever its labels say.
 */
class ChurnIT {
  private static final String NAMESPACE = "nodeflame-churn";
  private static final String FILE = "/tmp/churn-";
  private static final int WORKLOADS = 20;
  private static final int REPLICAS = 3;
  private static final int DELETIONS = 60;
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final double MAX_UNMATCHED = 0.001;

  /** Of a run with so few samples that a thousandth of them is none. */
  private static final double FEW = 3;

  private static FakePyroscope endpoint;
  private static Path overlay;

  @BeforeAll
  static void install() throws Exception {
    Cluster.require();
    Cluster.load(Tools.image("nodeflame.tar"));
    Cluster.load(Tools.image("demo.tar"));
    InetAddress host = Cluster.hostAddress();
    HttpServer server = HttpServer.create(new InetSocketAddress(host, 0), 0);
    endpoint = FakePyroscope.start(server);
    String url = "http://" + host.getHostAddress() + ":" + server.getAddress().getPort();
    overlay = Overlay.write(Tools.REPOSITORY.resolve("collector/target/e2e-churn"), url);
    Tools.kubectl("apply", "-k", overlay.toString()).succeeded();
    StringBuilder objects = new StringBuilder();
    objects.append(
        "{apiVersion: v1, kind: Namespace, metadata: {name: %s}}\n---\n".formatted(NAMESPACE));
    for (int i = 0; i < WORKLOADS; i++) {
      objects.append(deployment(workload(i)));
    }
    Cluster.apply(objects.toString());
    Cluster.await(PATIENCE, "all pods to run", () -> running().size() == WORKLOADS * REPLICAS);
    Tools.kubectl("-n", Agent.SYSTEM, "rollout", "status", "daemonset/nodeflame", "--timeout=180s")
        .succeeded();
  }

  @AfterAll
  static void cleanUp() throws Exception {
    if (overlay != null) {
      Tools.kubectl("delete", "-k", overlay.toString(), "--ignore-not-found", "--timeout=120s");
    }
    Tools.kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found", "--timeout=180s");
    if (endpoint != null) {
      endpoint.close();
    }
  }

  private static String workload(int number) {
    return "churn-%02d".formatted(number);
  }

  private static String deployment(String name) {
    return """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: %1$s, namespace: %2$s}
        spec:
          replicas: %3$d
          selector: {matchLabels: {app: %1$s}}
          template:
            metadata: {labels: {app: %1$s}}
            spec:
              terminationGracePeriodSeconds: 0
              containers:
                - name: main
                  image: nodeflame-demo:dev
                  imagePullPolicy: Never
                  command: [/demo/churn]
                  env: [{name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]
                  resources: {requests: {cpu: 1m, memory: 4Mi}}
        ---
        """
        .formatted(name, NAMESPACE, REPLICAS);
  }

  private static List<String> running() throws Exception {
    String names =
        Tools.kubectl(
                "-n",
                NAMESPACE,
                "get",
                "pods",
                "--field-selector=status.phase=Running",
                "-o",
                "jsonpath={.items[*].metadata.name}")
            .succeeded();
    return names.isBlank() ? List.of() : List.of(names.strip().split(" "));
  }

  @Test
  void noSampleHasALabelOfAnotherPod() throws Exception {
    Cluster.await(PATIENCE, "profiles of pods", () -> !samples().seen.isEmpty());
    String before = Agent.scrape();
    Random random = new Random(1);
    Set<String> deleted = new TreeSet<>();
    for (int i = 0; i < DELETIONS; i++) {
      List<String> pods = new ArrayList<>(running());
      String pod = pods.get(random.nextInt(pods.size()));
      deleted.add(pod);
      Tools.kubectl("-n", NAMESPACE, "delete", "pod", pod, "--wait=false").succeeded();
      Thread.sleep(1000); // how fast pods come and go, not a measure
    }
    double closed = Agent.sum(Agent.scrape(), "nodeflame_windows_closed_total");
    Cluster.await(
        PATIENCE,
        "the last windows",
        () -> Agent.sum(Agent.scrape(), "nodeflame_windows_closed_total") > closed + 1);
    String after = Agent.scrape();
    Samples samples = samples();
    double taken =
        Agent.sum(after, "nodeflame_samples_taken_total")
            - Agent.sum(before, "nodeflame_samples_taken_total");
    String unmatchedSeries = "nodeflame_samples_dropped_total{reason=\"unmatched\"}";
    double unmatched = value(after, unmatchedSeries) - value(before, unmatchedSeries);
    System.out.printf(
        "churn: %d pods deleted, %d samples of %d pods, %d with a wrong label; of %.0f taken %.0f"
            + " unmatched; pods known %.0f, %.0f bytes; anonymous %.0f to %.0f MiB%n",
        deleted.size(),
        samples.count,
        samples.seen.size(),
        samples.wrong.size(),
        taken,
        unmatched,
        Agent.sum(after, "nodeflame_pods"),
        value(after, "nodeflame_kubernetes_index_bytes{resource=\"pods\"}"),
        Agent.sum(before, "nodeflame_process_anonymous_bytes") / (1 << 20),
        Agent.sum(after, "nodeflame_process_anonymous_bytes") / (1 << 20));
    assertEquals(List.of(), samples.wrong);
    assertTrue(samples.seen.size() > WORKLOADS * REPLICAS, "pods of both before and after");
    assertTrue(samples.count > 200, () -> "samples: " + samples.count);
    assertTrue(unmatched <= Math.max(FEW, MAX_UNMATCHED * taken), after);
  }

  private static double value(String metrics, String series) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** What the delivered profiles say of the pods. */
  private static final class Samples {
    final Set<String> seen = new TreeSet<>();
    final List<String> wrong = new ArrayList<>();
    long count;
  }

  private static Samples samples() {
    Samples samples = new Samples();
    for (FakePyroscope.Stored stored : endpoint.stored()) {
      Map<String, String> labels = stored.labels();
      String pod = labels.getOrDefault("pod", "");
      Set<String> files = new TreeSet<>();
      stored.profile().frames().stream()
          .map(ProfileFrame::mapping)
          .filter(file -> file.startsWith(FILE))
          .forEach(files::add);
      for (String file : files) {
        String owner = file.substring("/tmp/".length());
        String workload = owner.substring(0, "churn-00".length());
        samples.seen.add(owner);
        boolean right =
            owner.equals(pod)
                && NAMESPACE.equals(labels.get("namespace"))
                && workload.equals(labels.get("service_name"))
                && workload.equals(labels.get("workload_name"))
                && "Deployment".equals(labels.get("workload_kind"))
                && "main".equals(labels.get("container"));
        if (!right) {
          samples.wrong.add(owner + " in " + labels);
        }
      }
      if (!files.isEmpty()) {
        samples.count += stored.profile().total(0) / stored.profile().period();
      }
    }
    return samples;
  }
}
