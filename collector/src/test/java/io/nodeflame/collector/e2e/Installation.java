package io.nodeflame.collector.e2e;

import com.sun.net.httpserver.HttpServer;
import io.nodeflame.collector.delivery.FakePyroscope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/** The default overlay on the cluster, with an endpoint of the test's own that takes profiles. */
final class Installation {
  private final FakePyroscope endpoint;
  private final Path overlay;

  private Installation(FakePyroscope endpoint, Path overlay) {
    this.endpoint = endpoint;
    this.overlay = overlay;
  }

  /**
   * Gives the nodes both images, starts the endpoint and writes the overlay; applies nothing yet.
   *
   * @param name of the overlay's directory
   */
  static Installation prepare(String name) throws IOException, InterruptedException {
    Cluster.require();
    Cluster.load(Tools.image("nodeflame.tar"));
    Cluster.load(Tools.image("demo.tar"));
    InetAddress host = Cluster.hostAddress();
    HttpServer server = HttpServer.create(new InetSocketAddress(host, 0), 0);
    FakePyroscope endpoint = FakePyroscope.start(server);
    String url = "http://" + host.getHostAddress() + ":" + server.getAddress().getPort();
    Path directory = Tools.REPOSITORY.resolve("collector/target").resolve(name);
    return new Installation(endpoint, Overlay.write(directory, url));
  }

  FakePyroscope endpoint() {
    return endpoint;
  }

  /** What a user applies. */
  Path overlay() {
    return overlay;
  }

  void apply() throws IOException, InterruptedException {
    Tools.kubectl("apply", "-k", overlay.toString()).succeeded();
  }

  /** Waits until every node has a daemon that is ready. */
  Shell.Result rollout() throws IOException, InterruptedException {
    return Tools.kubectl(
        "-n", Agent.SYSTEM, "rollout", "status", "daemonset/nodeflame", "--timeout=180s");
  }

  /** Takes everything off the cluster again. */
  Shell.Result delete() throws IOException, InterruptedException {
    return Tools.kubectl(
        "delete", "-k", overlay.toString(), "--ignore-not-found", "--timeout=120s");
  }

  /** Takes everything off the cluster, and ends the endpoint. */
  void close() throws IOException, InterruptedException {
    try {
      delete();
    } finally {
      endpoint.close();
    }
  }
}
