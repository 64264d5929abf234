package io.nodeflame.collector.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that are slow on purpose. */
class BusyServerTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final String TREE = QueryApi.CALL_TREE;
  private static final String NAMES = QueryApi.PATH + "LabelNames";
  private static final String OK = "HTTP/1.1 200 OK";

  @TempDir Path dir;
  private TestServer server;
  private final List<SlowClient> clients = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    server = new TestServer(dir, START, "");
  }

  @AfterEach
  void stop() throws Exception {
    for (SlowClient client : clients) {
      client.close();
    }
    server.close();
  }

  private SlowClient client(String piece) throws IOException {
    SlowClient client = new SlowClient(server, piece);
    clients.add(client);
    return client;
  }

  private void assertProbesAndMetricsAreAnswered() throws Exception {
    for (String path : List.of("/-/healthy", "/-/ready", "/ready", "/metrics")) {
      assertEquals(200, server.get(path).statusCode(), path);
    }
  }

  @Test
  void halfARequestHoldsUpNobody() throws Exception {
    for (int i = 0; i < 40; i++) {
      client("GET /-/healthy HTTP/1.1\nHost: local");
    }
    assertProbesAndMetricsAreAnswered();
    // They were not cut off to make room.
    for (SlowClient client : clients) {
      client.send("host\n\n");
      assertEquals(OK, client.line());
    }
  }

  @Test
  void halfABodyHoldsUpNobody() throws Exception {
    for (int i = 0; i < 8; i++) {
      client(SlowClient.postHead(NAMES, 2) + "{");
    }
    assertProbesAndMetricsAreAnswered();
    assertEquals(200, server.json("LabelNames", "{}").statusCode());
    for (SlowClient client : clients) {
      client.send("}");
      assertTrue(client.line().matches("HTTP/1.1 (200|429) .*"));
    }
  }

  @Test
  void aBodyThatNobodyWantsHoldsUpNobody() throws Exception {
    for (int i = 0; i < 8; i++) {
      client(SlowClient.postHead("/metrics", 2) + "{");
    }
    assertProbesAndMetricsAreAnswered();
  }

  private String tree() {
    return "{\"profileTypeID\":\"%s\",\"labelSelector\":\"{}\",\"start\":%d,\"end\":%d}"
        .formatted(TestServer.CPU, START.toEpochMilli(), START.plusSeconds(40).toEpochMilli());
  }

  @Test
  void slowReadersOfProfilesHoldUpOnlyEachOther() throws Exception {
    server.fillLarge();
    for (int i = 0; i < 4; i++) {
      clients.add(SlowClient.post(server, TREE, tree()));
      assertEquals(OK, clients.get(i).line());
    }
    for (int i = 0; i < 4; i++) {
      clients.add(SlowClient.post(server, TREE, tree()));
    }
    assertProbesAndMetricsAreAnswered();
    try (SlowClient late = SlowClient.post(server, NAMES, "{}")) {
      assertEquals("HTTP/1.1 503 Service Unavailable", late.line());
      String body = late.body();
      assertTrue(body.startsWith("{\"code\":\"unavailable\",\"message\":\"for 5 s other "), body);
    }
    assertTrue(clients.get(0).body().endsWith("}"), "the first answer was cut off");
    assertEquals(200, server.json("LabelNames", "{}").statusCode());
  }

  @Test
  void slowReadersOfMetricsHoldUpNobody() throws Exception {
    String small = server.metrics;
    server.metrics = "# a comment\n".repeat(500_000);
    for (int i = 0; i < 8; i++) {
      assertEquals(OK, client("GET /metrics HTTP/1.1\nHost: localhost\n\n").line());
    }
    server.metrics = small;
    assertProbesAndMetricsAreAnswered();
    assertEquals(6_000_000, clients.get(7).body().length());
  }

  @Test
  void aHeadThatDoesNotEndIsCutOff() throws Exception {
    SlowClient client = client("GET / HTTP/1.1\nHost: localhost\nX-A: ");
    String line;
    try {
      client.send("a".repeat(20_000));
      client.send("\n\n");
      line = client.line();
    } catch (SocketException e) {
      line = ""; // what it had not read yet makes closing a reset
    }
    assertEquals("", line);
  }

  @Test
  void clientsThatBreakOffLeaveNothingBehind() throws Exception {
    server.metrics = "# a comment\n".repeat(500_000);
    // More than there may be connections.
    for (int i = 0; i < 70; i++) {
      SlowClient client = client("GET /metrics HTTP/1.1\nHost: localhost\n\n");
      assertEquals(OK, client.line());
      client.reset();
      client("GET /metr").reset();
    }
    server.metrics = "nodeflame_up 1\n";
    assertEquals(
        "nodeflame_up 1\n", new String(server.get("/metrics").body(), StandardCharsets.UTF_8));
  }
}
