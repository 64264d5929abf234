package io.nodeflame.discovery.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The paths of {@code clusters.txt} and the whole files of {@code node.txt}. */
class ClusterPathsTest {
  private record Row(
      String cluster,
      String runtime,
      String version,
      String what,
      String podUid,
      String containerId,
      String path) {
    boolean isContainer() {
      return !containerId.equals("-");
    }

    ContainerRuntime expectedRuntime() {
      return runtime.endsWith("*")
          ? ContainerRuntime.UNKNOWN
          : ContainerRuntime.valueOf(runtime.replace("-", "").toUpperCase(Locale.ROOT));
    }

    @Override
    public String toString() {
      return cluster + ", " + runtime + ", v" + version + ", " + what + ": " + path;
    }
  }

  static List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String line : resource("clusters.txt").split("\n", -1)) {
      if (!line.isBlank() && !line.startsWith("#")) {
        String[] cells = line.split(" \\| ", -1);
        assertEquals(7, cells.length, line);
        rows.add(
            new Row(cells[0], cells[1], cells[2], cells[3], cells[4], cells[5], cells[6].strip()));
      }
    }
    return rows;
  }

  private static String resource(String name) throws IOException {
    try (InputStream stream = ClusterPathsTest.class.getResourceAsStream(name)) {
      assertNotNull(stream, name);
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void path(Row row) {
    Optional<ContainerId> found = ContainerId.in(row.path());
    assertEquals(row.isContainer(), found.isPresent());
    if (found.isPresent()) {
      assertEquals(row.containerId(), found.get().id());
      assertEquals(row.podUid().equals("-") ? "" : row.podUid(), found.get().podUid());
      assertEquals(row.expectedRuntime(), found.get().runtime());
      assertTrue(row.path().startsWith(found.get().directory()));
    }
  }

  /** The line in a whole file of the row's cgroup version leads to the same container. */
  @ParameterizedTest
  @MethodSource("rows")
  void file(Row row) {
    String file =
        switch (row.version()) {
          case "1" -> "5:cpu,cpuacct:/\n4:pids:%1$s\n3:memory:%1$s\n1:name=systemd:%1$s\n";
          case "2" -> "0::%1$s\n";
          case "1+2" -> "3:pids:%1$s\n2:memory:%1$s\n1:name=systemd:/\n0::/\n";
          default -> throw new AssertionError(row.version());
        };
    String path = ProcessCgroups.parse(file.formatted(row.path())).identifyingPath().orElseThrow();
    assertEquals(ContainerId.in(row.path()), ContainerId.in(path));
  }

  /** On EKS Fargate the v2 line ends at the task, whose container holds the whole node. */
  @Test
  void thePodOfAHybridFileWinsOverItsTask() throws IOException {
    List<Row> fargate = rows().stream().filter(row -> row.cluster().equals("EKS Fargate")).toList();
    String file = "12:pids:" + fargate.get(0).path() + "\n0::" + fargate.get(1).path() + "\n";
    assertEquals(Optional.of(fargate.get(0).path()), ProcessCgroups.parse(file).identifyingPath());
  }

  @Test
  void theTableIsBroad() throws IOException {
    TreeSet<String> clusters = new TreeSet<>();
    TreeSet<String> versions = new TreeSet<>();
    TreeSet<ContainerRuntime> runtimes = new TreeSet<>();
    for (Row row : rows()) {
      clusters.add(row.cluster());
      versions.add(row.version());
      if (row.isContainer()) {
        runtimes.add(row.expectedRuntime());
      }
    }
    assertTrue(rows().size() >= 40, rows().size() + " rows");
    assertEquals(List.of(ContainerRuntime.values()), new ArrayList<>(runtimes));
    assertEquals(List.of("1", "1+2", "2"), new ArrayList<>(versions));
    assertTrue(
        clusters.containsAll(
            List.of(
                "AKS",
                "EKS",
                "EKS Fargate",
                "GKE",
                "MicroK8s",
                "OpenShift",
                "RKE2",
                "Talos",
                "k3s",
                "kind",
                "minikube")),
        clusters::toString);
  }

  /** Each process of the node belongs to the container that the API names, in its QoS class. */
  @Test
  void filesOfANode() throws IOException {
    Map<String, String[]> podByUid = new HashMap<>();
    int processes = 0;
    for (String block : resource("node.txt").split("(?m)^# pid .*\n", -1)) {
      if (block.startsWith("#")) {
        for (String line : block.split("\n", -1)) {
          String[] pod = line.split(" ", -1);
          if (!line.startsWith("#") && pod.length == 5) {
            podByUid.put(pod[3], pod);
          }
        }
        continue;
      }
      String path = ProcessCgroups.parse(block).identifyingPath().orElseThrow();
      ContainerId container = ContainerId.in(path).orElseThrow();
      String[] pod = podByUid.get(container.podUid());
      assertNotNull(pod, path);
      assertEquals(pod[4], "containerd://" + container.id());
      assertEquals(ContainerRuntime.UNKNOWN, container.runtime());
      String qos = pod[2].equals("Guaranteed") ? "" : pod[2].toLowerCase(Locale.ROOT) + "/";
      assertTrue(path.startsWith("/kubepods/" + qos + "pod"), path);
      processes++;
    }
    assertEquals(5, podByUid.size());
    assertEquals(5, processes);
  }
}
