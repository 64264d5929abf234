package io.nodeflame.discovery.probe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.nodeflame.discovery.kubernetes.ClusterAccess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterProbeTest {
  @TempDir Path dir;
  private final Map<String, Integer> refusals = new HashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private String pods = "{}";
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void end() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String request = exchange.getRequestURI().toString();
    requests.add(request);
    String resource = exchange.getRequestURI().getPath().replaceAll(".*/", "");
    String verb = request.contains("watch=true") ? "watch " : "list ";
    boolean isKnown = "Bearer t0ken".equals(exchange.getRequestHeaders().getFirst("Authorization"));
    int status = isKnown ? refusals.getOrDefault(verb + resource, 200) : 401;
    String body =
        resource.equals("version")
            ? "{\"gitVersion\": \"v1.34.0\\u001b[31m\"}"
            : "{\"metadata\": {\"resourceVersion\": \"77\"}, \"items\": ["
                + (resource.equals("pods") ? pods : "{}")
                + "]}";
    byte[] bytes = (verb.equals("watch ") ? "" : body).getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private List<Finding> probe(String token) throws IOException {
    Path file = Files.writeString(dir.resolve("token"), token + "\n");
    return ClusterProbe.run(
        new ClusterAccess(uri(), Optional.empty(), Optional.of(file), Optional.empty()), "n1");
  }

  @Test
  void everythingIsAllowed() throws IOException {
    assertEquals(
        List.of(
            Finding.good("API server", uri() + "/, Kubernetes v1.34.0_[31m"),
            Finding.good("pods", "those of node n1 may be listed and watched"),
            Finding.good("namespaces", "all may be listed and watched")),
        probe("t0ken"));
    assertEquals(5, requests.size());
    assertEquals("/api/v1/pods?fieldSelector=spec.nodeName%3Dn1&limit=1", requests.get(1));
    assertTrue(requests.get(2).endsWith("&watch=true&timeoutSeconds=1&resourceVersion=77"));
  }

  @Test
  void whatIsForbiddenIsNamedWithItsRule() throws IOException {
    refusals.put("list pods", 403);
    refusals.put("watch namespaces", 403);
    List<Finding> findings = probe("t0ken");
    assertEquals("the API server answers 403 to list pods", findings.get(1).what());
    assertTrue(
        findings
            .get(1)
            .fix()
            .endsWith("{apiGroups: [\"\"], resources: [pods], verbs: [get, list, watch]}"));
    assertEquals("the API server answers 403 to watch namespaces", findings.get(2).what());
    assertEquals(Finding.Verdict.BAD, findings.get(2).verdict());
  }

  @Test
  void aNodeWithoutPodsIsDoubtful() throws IOException {
    pods = "";
    assertEquals(Finding.Verdict.DOUBTFUL, probe("t0ken").get(1).verdict());
  }

  @Test
  void aServerThatKeepsItsVersionIsGood() throws IOException {
    refusals.put("list version", 403);
    List<Finding> findings = probe("t0ken");
    assertEquals(Finding.Verdict.GOOD, findings.get(0).verdict());
    assertEquals(3, findings.size());
  }

  @Test
  void aWrongTokenIsOneFinding() throws IOException {
    List<Finding> findings = probe("old");
    assertEquals(1, findings.size());
    assertTrue(findings.get(0).what().endsWith("does not accept the token (401)"));
  }

  @Test
  void aServerThatIsAwayIsOneFinding() throws IOException {
    server.stop(0);
    List<Finding> findings = probe("t0ken");
    assertEquals(1, findings.size());
    assertTrue(findings.get(0).what().contains("cannot be reached: "), findings.get(0).what());
  }

  @Test
  void filesThatAreMissingAreOneFinding() {
    Path absent = dir.resolve("absent");
    for (ClusterAccess access :
        List.of(
            ClusterAccess.ofKubeconfig(absent),
            new ClusterAccess(uri(), Optional.empty(), Optional.of(absent), Optional.empty()))) {
      List<Finding> findings = ClusterProbe.run(access, "n1");
      assertEquals(1, findings.size());
      assertTrue(findings.get(0).what().contains(absent.toString()), findings.get(0).what());
    }
  }
}
