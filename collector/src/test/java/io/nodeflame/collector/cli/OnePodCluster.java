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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An API server that knows node n1 with the pod shop/web-0. */
public final class OnePodCluster implements AutoCloseable {
  public static final String UID = "117ec485-a703-43c9-afe9-3e1a42bccb98";
  public static final String ID = "ab".repeat(32);

  private static final String POD =
      """
      {"kind": "Pod", "apiVersion": "v1",
       "metadata": {"uid": "%s", "namespace": "shop", "name": "web-0", "resourceVersion": "%d",
        "labels": {"app": "web"}, "annotations": {%s},
        "ownerReferences": [{"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "web",
          "uid": "u", "controller": true}]},
       "spec": {"nodeName": "n1", "containers": [{"name": "main", "image": "web:1"}]},
       "status": {"phase": "Running",
         "containerStatuses": [{"name": "main", "containerID": "containerd://%s"}]}}
      """;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final Path kubeconfig;
  private final List<OutputStream> watches = new ArrayList<>();
  private String annotations = "";
  private int version = 5;

  public OnePodCluster(Path directory) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
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

  /** Gives the pod these annotations in place of those it had, as JSON without the braces. */
  public synchronized void annotate(String newAnnotations) throws IOException {
    annotations = newAnnotations;
    version++;
    for (OutputStream watch : watches) {
      tellPod(watch);
    }
  }

  private void tellPod(OutputStream watch) throws IOException {
    String event = "{\"type\": \"MODIFIED\", \"object\": " + pod().replace("\n", " ") + "}\n";
    watch.write(event.getBytes(UTF_8));
    watch.flush();
  }

  private synchronized String pod() {
    return POD.formatted(UID, version, annotations, ID);
  }

  private synchronized void watch(HttpExchange exchange, boolean isOfPods) throws IOException {
    if ("websocket".equals(exchange.getRequestHeaders().getFirst("Upgrade"))) {
      exchange.sendResponseHeaders(503, -1); // no WebSocket: the client asks again without
      exchange.close();
      return;
    }
    exchange.sendResponseHeaders(200, 0);
    exchange.getResponseBody().flush();
    if (isOfPods) {
      watches.add(exchange.getResponseBody());
      tellPod(exchange.getResponseBody()); // it may have changed since it was listed
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    String uri = exchange.getRequestURI().toString();
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    if (uri.contains("watch=true") && !uri.contains("timeoutSeconds=1&resourceVersion")) {
      watch(exchange, uri.contains("/pods"));
      return; // open until the client goes
    }
    boolean isPods = uri.contains("/pods");
    String item = isPods ? pod() : "{\"metadata\": {\"uid\": \"n\", \"name\": \"shop\"}}";
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
