package io.nodeflame.collector.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * The API over HTTP through {@code kubectl proxy}, for many small requests: a {@code kubectl} for
 * each would take the CPUs from what is tested. For any number of threads.
 */
final class Api implements AutoCloseable {
  static final String JSON = "application/json";
  static final String MERGE_PATCH = "application/merge-patch+json";

  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final Process proxy;
  private final URI base;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** One answer, whatever its status. */
  record Answer(int status, String body) {
    boolean isGood() {
      return status / 100 == 2;
    }

    /** The object of a request that must have succeeded. */
    Map<String, Object> object() {
      assertTrue(isGood(), this::toString);
      return Objects.map(Objects.read(body));
    }
  }

  private Api(Process proxy, URI base) {
    this.proxy = proxy;
    this.base = base;
  }

  static Api open() throws IOException {
    Process proxy =
        new ProcessBuilder("kubectl", "proxy", "--port=0").redirectErrorStream(true).start();
    BufferedReader out = proxy.inputReader(StandardCharsets.UTF_8);
    String line = String.valueOf(out.readLine()); // Starting to serve on 127.0.0.1:PORT
    if (!line.contains("Starting to serve on ")) {
      proxy.destroy();
      throw new IOException("kubectl proxy: " + line);
    }
    drain(out);
    String address = line.substring(line.lastIndexOf(' ') + 1);
    return new Api(proxy, URI.create("http://" + address));
  }

  /** It says a line for each request that fails, and must not wait for a reader. */
  private static void drain(BufferedReader out) {
    Thread thread = new Thread(() -> out.lines().forEach(line -> {}), "kubectl-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  Answer get(String path) throws IOException, InterruptedException {
    return send("GET", path, JSON, "");
  }

  Answer post(String path, String json) throws IOException, InterruptedException {
    return send("POST", path, JSON, json);
  }

  Answer patch(String path, String json) throws IOException, InterruptedException {
    return send("PATCH", path, MERGE_PATCH, json);
  }

  /** At once: nothing is asked of the kubelet. */
  Answer delete(String path) throws IOException, InterruptedException {
    return send("DELETE", path + "?gracePeriodSeconds=0", JSON, "");
  }

  private Answer send(String method, String path, String type, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(base.resolve(path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .header("Content-Type", type)
            .timeout(LONGEST)
            .build();
    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
    return new Answer(response.statusCode(), response.body());
  }

  /** The version of everything at this moment. */
  String version() throws IOException, InterruptedException {
    return (String) Objects.at(get("/api/v1/pods?limit=1").object(), "metadata", "resourceVersion");
  }

  /** Whether a watch of pods that goes on from a version is told that it is too old (410). */
  boolean isExpired(String version) throws IOException, InterruptedException {
    Answer events = get("/api/v1/pods?watch=true&timeoutSeconds=1&resourceVersion=" + version);
    return events.status() == 410 || events.body().contains("\"code\":410");
  }

  /** Whether the API server takes a token. */
  boolean isAccepted(String token) throws IOException, InterruptedException {
    String review =
        "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"TokenReview\",\"spec\":{\"token\":\""
            + token
            + "\"}}";
    Map<String, Object> answer =
        post("/apis/authentication.k8s.io/v1/tokenreviews", review).object();
    return Boolean.TRUE.equals(Objects.map(answer.get("status")).get("authenticated"));
  }

  @Override
  public void close() {
    proxy.destroy();
  }
}
