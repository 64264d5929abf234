package io.nodeflame.collector.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Message;
import io.nodeflame.collector.store.MovableClock;
import io.nodeflame.collector.store.PprofFixture;
import io.nodeflame.collector.store.ProfileStore;
import io.nodeflame.collector.store.StoreConfig;
import io.nodeflame.discovery.CgroupFrequencies;
import io.nodeflame.discovery.DiscoverySettings;
import io.nodeflame.discovery.cgroup.CgroupHierarchy;
import io.nodeflame.discovery.host.Explainer;
import io.nodeflame.discovery.host.PublishedNames;
import io.nodeflame.discovery.target.TargetRules;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A server over a store with two services in two windows of 15 s. */
final class TestServer implements AutoCloseable {
  static final String CPU = "process_cpu:cpu:nanoseconds:cpu:nanoseconds";

  static final Duration WINDOW = Duration.ofSeconds(15);

  final Instant start;
  final MovableClock clock;
  final ProfileStore store;
  final WebServer server;
  volatile String metrics = "# TYPE nodeflame_up gauge\nnodeflame_up 1\n";
  volatile String failure = "";
  volatile Readiness readiness = new Readiness(true, "");
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  TestServer(Path dir, Instant start, String token) throws IOException {
    this.start = start;
    clock = new MovableClock(start.plusSeconds(40));
    store = ProfileStore.open(new StoreConfig(dir, Duration.ofHours(6), 64 << 20), clock);
    server =
        WebServer.start(
            new WebConfig(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Set.of("node1.example"),
                token),
            new WebSources(
                () -> metrics,
                () -> failure,
                () -> readiness,
                Optional.of(store),
                new Explainer(
                    () -> new TargetRules(DiscoverySettings.DEFAULT, problem -> {}),
                    null,
                    Path.of("/proc"),
                    new CgroupHierarchy(2, "", Path.of("/sys/fs/cgroup"), "/"),
                    CgroupFrequencies.NONE,
                    PublishedNames.UNKNOWN),
                WebSources.CodeInspection.NONE,
                new WebSources.About(
                    "node1", WINDOW, Duration.ofHours(6), start.plusSeconds(45), clock)));
  }

  void fill() {
    for (int window = 1; window <= 2; window++) {
      Instant time = start.plusSeconds(15L * window);
      store.accept(
          PprofFixture.encoded(
              time,
              WINDOW,
              Map.of("service_name", "checkout", "pod", "checkout-1"),
              "main;serve;parse_request 3000000000",
              "main;serve;compute+hash@/bin/app [go] 5000000000",
              "main;serve;tcp_sendmsg@[kernel] 1000000000"));
      store.accept(
          PprofFixture.encoded(
              time,
              WINDOW,
              Map.of("service_name", "batch"),
              "start;run_interpreter@[jit] 2000000000"));
    }
  }

  /** One profile whose call tree is an answer of some MiB: more than sockets hold. */
  void fillLarge() {
    String[] folded = new String[2_500];
    for (int i = 0; i < folded.length; i++) {
      folded[i] = "main;" + (i + "_").repeat(2_000).substring(0, 2_000) + " 1";
    }
    store.accept(
        PprofFixture.encoded(start.plusSeconds(15), WINDOW, PprofFixture.service("a"), folded));
  }

  String url(String path) {
    return "http://127.0.0.1:" + server.port() + path;
  }

  HttpResponse<byte[]> get(String path, String... headers) throws Exception {
    return send(HttpRequest.newBuilder(URI.create(url(path))).GET(), headers);
  }

  HttpResponse<byte[]> post(String path, String type, byte[] body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url(path)))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (!type.isEmpty()) {
      request.header("Content-Type", type);
    }
    return send(request, headers);
  }

  HttpResponse<byte[]> json(String method, String body) throws Exception {
    return post("/querier.v1.QuerierService/" + method, "application/json", body.getBytes(UTF_8));
  }

  <T extends Message> T proto(String method, Message request, T answer) throws Exception {
    HttpResponse<byte[]> response =
        post("/querier.v1.QuerierService/" + method, "application/proto", request.toByteArray());
    if (response.statusCode() != 200) {
      throw new AssertionError(response.statusCode() + " " + new String(response.body(), UTF_8));
    }
    @SuppressWarnings("unchecked")
    T parsed = (T) answer.getParserForType().parseFrom(response.body());
    return parsed;
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request, String... headers)
      throws Exception {
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return client.send(
        request.timeout(Duration.ofSeconds(30)).build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  @Override
  public void close() {
    server.close();
    store.close();
  }
}
