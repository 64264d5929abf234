package io.nodeflame.collector.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The cluster that {@code KUBECONFIG} names. */
final class Cluster {
  private static final int ANY_PORT = 9;

  private Cluster() {}

  /** A condition on the cluster, asked for again and again. */
  interface Condition {
    boolean holds() throws Exception;
  }

  /** Fails without a cluster: this test was asked for. */
  static void require() throws IOException, InterruptedException {
    Shell.Result nodes = Tools.kubectl("get", "nodes", "-o", "name");
    if (nodes.exitCode() != 0 || nodes.out().isBlank()) {
      fail("no cluster answers; KUBECONFIG must name one: " + nodes);
    }
  }

  /** Makes an image known to every node, by the command in {@code E2E_LOAD_IMAGE}. */
  static void load(Path archive) throws IOException, InterruptedException {
    String command = System.getenv("E2E_LOAD_IMAGE");
    if (command == null || command.isBlank()) {
      fail("E2E_LOAD_IMAGE is not set: the command that gives nodes the image in the tar file $1");
    }
    List<String> words = new ArrayList<>(List.of("sh", "-c", command + " \"$1\"", "sh"));
    words.add(archive.toString());
    Shell.run(words).succeeded();
  }

  /**
   * The address of this machine that pods reach: {@code E2E_HOST}, or the one from which this
   * machine talks to the first node.
   */
  static InetAddress hostAddress() throws IOException, InterruptedException {
    String given = System.getenv("E2E_HOST");
    if (given != null && !given.isBlank()) {
      return InetAddress.getByName(given);
    }
    String path = "{.items[0].status.addresses[?(@.type==\"InternalIP\")].address}";
    String node = Tools.kubectl("get", "nodes", "-o", "jsonpath=" + path).succeeded();
    try (DatagramSocket socket = new DatagramSocket()) {
      // Sends nothing: it only chooses the way.
      socket.connect(new InetSocketAddress(InetAddress.getByName(node.split(" ", 2)[0]), ANY_PORT));
      return socket.getLocalAddress();
    }
  }

  static void apply(String objects) throws IOException, InterruptedException {
    Tools.kubectlWith(objects, "apply", "-f", "-").succeeded();
  }

  /** A namespace, as a document of YAML. */
  static String namespace(String name) {
    return "{apiVersion: v1, kind: Namespace, metadata: {name: %s}}\n---\n".formatted(name);
  }

  /** One object, or a list of them in {@code items}. */
  static Map<String, Object> get(String... what) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("get"));
    arguments.addAll(List.of(what));
    arguments.addAll(List.of("-o", "json"));
    String json = Tools.kubectl(arguments.toArray(String[]::new)).succeeded();
    return Objects.map(Objects.read(json));
  }

  /** Waits until something holds; the deadline is for a cluster that is stuck, not a measure. */
  static void await(Duration atMost, String what, Condition condition) throws Exception {
    long end = System.nanoTime() + atMost.toNanos();
    while (!condition.holds()) {
      assertTrue(System.nanoTime() < end, () -> "waited in vain for: " + what);
      Thread.sleep(250);
    }
  }

  /** What a user may do, one line each, as {@code kubectl auth can-i --list} says it. */
  static Set<String> rights(String user) throws IOException, InterruptedException {
    String list = Tools.kubectl("auth", "can-i", "--list", "--as=" + user).succeeded();
    Set<String> rights = new TreeSet<>();
    list.lines().skip(1).map(line -> line.replaceAll("\\s+", " ").strip()).forEach(rights::add);
    assertEquals(false, rights.isEmpty(), list);
    return rights;
  }

  /** Every object with nodeflame in its name or namespace, of every kind that can be listed. */
  static Set<String> objectsOfNodeflame() throws IOException, InterruptedException {
    String kinds =
        Tools.kubectl("api-resources", "--verbs=list", "-o", "name")
            .succeeded()
            .lines()
            // An event tells of an object that is gone, for an hour.
            .filter(kind -> !kind.startsWith("events"))
            .reduce((left, right) -> left + "," + right)
            .orElseThrow();
    String columns = "custom-columns=K:.kind,NS:.metadata.namespace,N:.metadata.name";
    String table = Tools.kubectl("get", kinds, "-A", "-o", columns, "--no-headers").succeeded();
    Set<String> found = new TreeSet<>();
    table
        .lines()
        .map(line -> line.replaceAll("\\s+", " ").strip())
        .filter(line -> line.contains("nodeflame") && !line.contains(Workload.NAMESPACE))
        .forEach(found::add);
    return found;
  }
}
