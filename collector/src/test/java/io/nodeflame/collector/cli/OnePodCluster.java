package io.nodeflame.collector.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An API server that knows node n1 with the pod shop/web-0. */
public final class OnePodCluster implements AutoCloseable {
  public static final String UID = "117ec485-a703-43c9-afe9-3e1a42bccb98";
  public static final String ID = "ab".repeat(32);

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

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final Path kubeconfig;

  public OnePodCluster(Path directory) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", OnePodCluster::answer);
    server.setExecutor(threads);
    server.start();
    kubeconfig =
        Files.writeString(
            directory.resolve("kubeconfig"),
            """
            apiVersion: v1
            kind: Config
            current-context: c
            contexts: [{name: c, context: {cluster: k, user: u}}]
            clusters: [{name: k, cluster: {server: "http://127.0.0.1:%d"}}]
            users: [{name: u, user: {token: t}}]
            """
                .formatted(server.getAddress().getPort()));
  }

  /** How it is reached. */
  public Map<String, String> environment() {
    return Map.of("KUBECONFIG", kubeconfig.toString(), "NODE_NAME", "n1");
  }

  private static void answer(HttpExchange exchange) throws IOException {
    String uri = exchange.getRequestURI().toString();
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    if (uri.contains("watch=true") && !uri.contains("timeoutSeconds=1&resourceVersion")) {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().flush();
      return; // open until the client goes
    }
    boolean isPods = uri.contains("/pods");
    String item = isPods ? POD : "{\"metadata\": {\"uid\": \"n\", \"name\": \"shop\"}}";
    byte[] body =
        (uri.equals("/version")
                ? "{\"gitVersion\": \"v1.34.0\"}"
                : """
                  {"kind": "%sList", "apiVersion": "v1", "metadata": {"resourceVersion": "9"},
                   "items": [%s]}
                  """
                    .formatted(isPods ? "Pod" : "Namespace", item))
            .getBytes(UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
