package io.nodeflame.collector.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.nodeflame.collector.config.ConfigLoader;
import io.nodeflame.collector.config.EndpointConfig;
import io.nodeflame.collector.doctor.CheckResult.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointCheckTest {
  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
  private HttpServer server;
  private int status = 200;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          seen.add(
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Authorization")
                  + " "
                  + exchange.getRequestHeaders().getFirst("X-Scope-OrgID"));
          exchange.getResponseHeaders().set("Location", "/elsewhere");
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private static EndpointConfig endpoint(String url, String more) throws Exception {
    String yaml = "pyroscope: [{url: '" + url + "'" + more + "}]";
    return ConfigLoader.load(yaml, Map.of()).config().pyroscope().get(0);
  }

  private String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Test
  void readyServerIsOk() throws Exception {
    CheckResult result = new EndpointCheck(endpoint(url() + "/base", "")).run();
    assertEquals(Status.OK, result.status(), result::toString);
    assertEquals("GET /base/ready null null", seen.take());
  }

  @ParameterizedTest
  @CsvSource({
    "401, FAILED",
    "403, FAILED",
    "404, WARNING",
    "503, WARNING",
    "500, WARNING",
    "302, WARNING"
  })
  void otherAnswers(int answer, Status expected) throws Exception {
    status = answer;
    CheckResult result = new EndpointCheck(endpoint(url(), "")).run();
    assertEquals(expected, result.status(), result::toString);
    assertEquals(1, seen.size()); // a redirect is not followed
  }

  @Test
  void credentialsAreSentAndNotShown(@TempDir Path dir) throws Exception {
    Path token = Files.writeString(dir.resolve("token"), "hunter2\n");
    String more = ", tenantId: t1, bearerTokenFile: " + token;
    status = 401;
    CheckResult result = new EndpointCheck(endpoint(url(), more)).run();
    assertEquals("GET /ready Bearer hunter2 t1", seen.take());
    assertFalse(result.toString().contains("hunter2"), result::toString);
    more = ", basicAuth: {username: u, password: p}";
    assertEquals(Status.FAILED, new EndpointCheck(endpoint(url(), more)).run().status());
    assertEquals("GET /ready Basic dTpw null", seen.take());
  }

  @Test
  void missingFileIsNamed() throws Exception {
    CheckResult result =
        new EndpointCheck(endpoint(url(), ", bearerTokenFile: /nowhere/token")).run();
    assertEquals(Status.FAILED, result.status());
    assertEquals("file /nowhere/token cannot be read", result.what());
    result =
        new EndpointCheck(
                endpoint(
                    "https://127.0.0.1:" + server.getAddress().getPort(),
                    ", tls: {caFile: /nowhere/ca}"))
            .run();
    assertEquals("file /nowhere/ca cannot be read", result.what());
  }

  @Test
  void fileThatIsNoCertificateIsRefused(@TempDir Path dir) throws Exception {
    Path ca = Files.writeString(dir.resolve("ca"), "-----BEGIN CERTIFICATE-----\nx\n");
    CheckResult result =
        new EndpointCheck(
                endpoint(
                    "https://127.0.0.1:" + server.getAddress().getPort(),
                    ", tls: {caFile: " + ca + "}"))
            .run();
    assertEquals(Status.FAILED, result.status());
    assertTrue(result.what().contains("caFile"), result::toString);
  }

  @Test
  void trustFollowsTheConfiguration(@TempDir Path dir) throws Exception {
    SelfSigned certificate = SelfSigned.create(dir);
    HttpsServer tls =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    tls.setHttpsConfigurator(new HttpsConfigurator(certificate.context()));
    tls.createContext(
        "/ready",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    tls.start();
    try {
      String url = "https://127.0.0.1:" + tls.getAddress().getPort();
      CheckResult unknown = new EndpointCheck(endpoint(url, "")).run();
      assertEquals(Status.FAILED, unknown.status(), unknown::toString);
      assertTrue(unknown.what().contains("TLS"), unknown::toString);
      String ca = ", tls: {caFile: " + certificate.pem() + "}";
      assertEquals(Status.OK, new EndpointCheck(endpoint(url, ca)).run().status());
      String any = ", tls: {insecureSkipVerify: true}";
      assertEquals(Status.OK, new EndpointCheck(endpoint(url, any)).run().status());
    } finally {
      tls.stop(0);
    }
  }

  @Test
  void nobodyListens() throws Exception {
    String url = url();
    server.stop(0);
    CheckResult result = new EndpointCheck(endpoint(url, "")).run();
    assertEquals(Status.FAILED, result.status());
    assertTrue(result.what().contains("refused"), result::toString);
  }

  @Test
  void silentServerEndsInTime() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      CheckResult result =
          new EndpointCheck(
                  endpoint("http://127.0.0.1:" + silent.getLocalPort(), ", timeout: 500ms"))
              .run();
      assertEquals(Status.FAILED, result.status());
      assertTrue(result.what().contains("does not answer within 500 ms"), result::toString);
    }
  }

  @Test
  void hostWithoutAddress() throws Exception {
    CheckResult result = new EndpointCheck(endpoint("http://no.such.host.invalid", "")).run();
    assertEquals(Status.FAILED, result.status());
    assertTrue(result.what().contains("has no address"), result::toString);
  }
}
