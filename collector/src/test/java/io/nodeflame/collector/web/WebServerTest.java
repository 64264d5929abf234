package io.nodeflame.collector.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebServerTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final String NAMES = "/querier.v1.QuerierService/LabelNames";

  @TempDir Path dir;

  private TestServer open(String token) throws IOException {
    return new TestServer(dir, START, token);
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  private static String header(HttpResponse<byte[]> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  /** Sends a raw request; the JDK's client does not let tests choose the host. */
  private static String status(TestServer server, String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(request.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().flush();
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      return String.valueOf(in.readLine());
    }
  }

  @Test
  void metricsHealthAndReadiness() throws Exception {
    try (TestServer server = open("")) {
      HttpResponse<byte[]> metrics = server.get("/metrics");
      assertEquals(200, metrics.statusCode());
      assertTrue(text(metrics).endsWith("nodeflame_up 1\n"));
      assertEquals("text/plain; version=0.0.4; charset=utf-8", header(metrics, "content-type"));
      assertEquals(200, server.get("/-/healthy").statusCode());
      assertEquals(200, server.get("/-/ready").statusCode());
      server.readiness = new Readiness(false, "no samples for 60 s");
      HttpResponse<byte[]> notReady = server.get("/-/ready");
      assertEquals(503, notReady.statusCode());
      assertEquals("no samples for 60 s\n", text(notReady));
      assertEquals(200, server.get("/-/healthy").statusCode());
      server.failure = "thread sampler ended";
      HttpResponse<byte[]> sick = server.get("/-/healthy");
      assertEquals(503, sick.statusCode());
      assertEquals("thread sampler ended\n", text(sick));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/,text/html; charset=utf-8", "/app.js,text/javascript; charset=utf-8",
    "/app.css,text/css; charset=utf-8", "/icon.svg,image/svg+xml"
  })
  void pageComesFromTheJarWithStrictHeaders(String path, String type) throws Exception {
    try (TestServer server = open("")) {
      HttpResponse<byte[]> response = server.get(path);
      assertEquals(200, response.statusCode());
      assertEquals(type, header(response, "content-type"));
      assertTrue(
          header(response, "content-security-policy").startsWith("default-src 'self';"),
          header(response, "content-security-policy"));
      assertFalse(header(response, "content-security-policy").contains("unsafe"));
      assertEquals("nosniff", header(response, "x-content-type-options"));
      String tag = header(response, "etag");
      HttpResponse<byte[]> again = server.get(path, "If-None-Match", tag);
      assertEquals(304, again.statusCode());
      assertEquals(0, again.body().length);
      assertEquals(200, server.get(path, "If-None-Match", "\"other\"").statusCode());
    }
  }

  @Test
  void pageLoadsNothingFromElsewhere() throws Exception {
    try (TestServer server = open("")) {
      String page = text(server.get("/"));
      assertFalse(page.contains("://"), "an address in the page");
      assertFalse(page.contains("<script>") || page.contains("<style"), "inline code");
      assertFalse(page.matches("(?s).*\\son[a-z]+=.*"), "an inline handler");
      assertFalse(text(server.get("/app.css")).contains("url(http"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nothing",
        "/../pom.xml",
        "/page/app.js",
        "/record.html",
        "/app.js/",
        "/%2e%2e/x"
      })
  void otherPathsAreNotFound(String path) throws Exception {
    try (TestServer server = open("")) {
      assertEquals(
          "HTTP/1.1 404 Not Found",
          status(server, "GET " + path + " HTTP/1.1\nHost: localhost\n\n"));
    }
  }

  /** Newer JDKs refuse such a path before we see it. */
  @Test
  void aPathThatReadsAsAHostIsNoAsset() throws Exception {
    try (TestServer server = open("")) {
      String status = status(server, "GET //app.js HTTP/1.1\nHost: localhost\n\n");
      assertTrue(Set.of("404", "400").contains(status.split(" ", -1)[1]), status);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, 200",
    "localhost:4041, 200",
    "LOCALHOST:1, 200",
    "127.0.0.1:4041, 200",
    "[::1]:4041, 200",
    "10.20.30.40:4041, 200",
    "node1.example:4041, 200",
    "attacker.example, 421",
    "attacker.example:4041, 421",
    "127.0.0.1.attacker.example, 421",
    "localhost.attacker.example, 421"
  })
  void onlyOwnHostNamesAreServed(String host, int status) throws Exception {
    try (TestServer server = open("")) {
      for (String path : List.of("/", "/metrics", "/api/v1/status")) {
        String line = status(server, "GET " + path + " HTTP/1.1\nHost: " + host + "\n\n");
        assertTrue(line.startsWith("HTTP/1.1 " + status + " "), path + ": " + line);
      }
    }
  }

  @Test
  void tokenGuardsProfilesOnly() throws Exception {
    try (TestServer server = open("secret")) {
      byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
      HttpResponse<byte[]> none = server.post(NAMES, "application/json", body);
      assertEquals(401, none.statusCode());
      assertEquals("Bearer", header(none, "www-authenticate"));
      assertTrue(text(none).startsWith("{\"code\":\"unauthenticated\""));
      HttpResponse<byte[]> wrong =
          server.post(NAMES, "application/json", body, "Authorization", "Bearer secreT");
      assertEquals(401, wrong.statusCode());
      HttpResponse<byte[]> right =
          server.post(NAMES, "application/json", body, "Authorization", "Bearer secret");
      assertEquals(200, right.statusCode());
      assertEquals(401, server.get("/api/v1/status").statusCode());
      assertEquals(401, server.post("/api/v1/calltree", "application/json", body).statusCode());
      assertEquals(200, server.get("/metrics").statusCode());
      assertEquals(200, server.get("/").statusCode());
    }
  }

  @Test
  void statusSaysWhenTheFirstProfileComes() throws Exception {
    try (TestServer server = open("")) {
      assertEquals(
          "{\"node\":\"node1\",\"windowSeconds\":15,\"retentionSeconds\":21600,\"ready\":true,"
              + "\"reason\":\"\",\"newestMillis\":0,\"firstProfileSeconds\":5}",
          text(server.get("/api/v1/status")));
      server.fill();
      assertTrue(text(server.get("/api/v1/status")).contains("\"firstProfileSeconds\":0"));
    }
  }

  @Test
  void writingMethodsAreNotAllowed() throws Exception {
    try (TestServer server = open("")) {
      assertEquals(405, server.post("/metrics", "text/plain", new byte[1]).statusCode());
      assertEquals(
          "HTTP/1.1 200 OK", status(server, "HEAD /metrics HTTP/1.1\nHost: localhost\n\n"));
    }
  }
}
