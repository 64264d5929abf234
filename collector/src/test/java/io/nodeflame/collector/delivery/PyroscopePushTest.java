package io.nodeflame.collector.delivery;

import static io.nodeflame.collector.pprof.Profiles.frame;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.nodeflame.collector.delivery.FakePyroscope.Answer;
import io.nodeflame.collector.delivery.PushResult.Outcome;
import io.nodeflame.collector.pprof.PprofEncoder;
import io.nodeflame.collector.pprof.PprofLimits;
import io.nodeflame.collector.pprof.ProfileClock;
import io.nodeflame.collector.pprof.Profiles;
import io.nodeflame.collector.profile.EncodedProfile;
import io.nodeflame.collector.profile.ProfileType;
import io.nodeflame.collector.profile.SeriesLabels;
import io.nodeflame.collector.profile.StackProfile;
import io.nodeflame.collector.proto.push.PushRequest;
import io.nodeflame.collector.proto.push.RawProfileSeries;
import io.nodeflame.collector.proto.types.LabelPair;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PyroscopePushTest {
  @TempDir Path dir;
  private FakePyroscope server;
  private final StackProfile stacks =
      new Profiles().end(Instant.now()).stack(2, frame("work"), frame("main")).build();
  private final EncodedProfile profile = encode(stacks);

  @BeforeEach
  void start() throws Exception {
    server = FakePyroscope.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void sendsOneSeriesWithOneProfileAndAnId() throws Exception {
    assertEquals(Outcome.DELIVERED, push(RequestSettings.DEFAULT).outcome());
    FakePyroscope.Request request = server.requests().get(0);
    PushRequest message = PushRequest.parseFrom(request.body());
    assertEquals(1, message.getSeriesCount());
    RawProfileSeries series = message.getSeries(0);
    List<String> labels = new ArrayList<>();
    for (LabelPair label : series.getLabelsList()) {
      labels.add(label.getName() + "=" + label.getValue());
    }
    assertEquals(List.of("__name__=process_cpu", "pod=shop-1", "service_name=shop"), labels);
    assertEquals(1, series.getSamplesCount());
    assertArrayEquals(profile.gzippedPprof(), series.getSamples(0).getRawProfile().toByteArray());
    String id = series.getSamples(0).getID();
    assertEquals(id, UUID.fromString(id).toString());
    assertEquals(FakePyroscope.collapse(stacks), server.collapsed(Map.of("pod", "shop-1")));
  }

  @Test
  void sendsTheHeadersThatServersAndGatewaysWant() throws Exception {
    Path password = Files.writeString(dir.resolve("password"), "s3cret\n");
    RequestSettings settings =
        new RequestSettings(
            Tenants.one("team-a"),
            Authorization.basic("42", password),
            Map.of("X-Extra", "yes"),
            TlsSettings.DEFAULT,
            Duration.ofSeconds(3),
            "1.2.3");
    push(settings);
    Map<String, String> headers = server.requests().get(0).headers();
    assertEquals("application/proto", headers.get("Content-Type"));
    assertEquals("1", headers.get("Connect-Protocol-Version"));
    assertEquals("3000", headers.get("Connect-Timeout-Ms"));
    assertEquals("nodeflame/1.2.3", headers.get("User-Agent"));
    assertEquals("team-a", headers.get("X-Scope-OrgID"));
    assertEquals("yes", headers.get("X-Extra"));
    String basic = Base64.getEncoder().encodeToString("42:s3cret".getBytes(StandardCharsets.UTF_8));
    assertEquals("Basic " + basic, headers.get("Authorization"));
    assertNull(headers.get("Upgrade"));
    assertNull(headers.get("Accept-Encoding"));
    assertTrue(!settings.toString().contains("yes"), settings.toString());
  }

  @Test
  void aReplacedTokenIsUsedAtOnceAndARefusalMeanwhileIsNotFinal() throws Exception {
    Path token = Files.writeString(dir.resolve("token"), "old");
    RequestSettings settings = with(Authorization.bearer(token), Duration.ofSeconds(5));
    server.behave(
        exchange -> {
          String sent = exchange.getRequestHeaders().getFirst("Authorization");
          if (sent.equals("Bearer new")) {
            return null;
          }
          Files.writeString(token, "new");
          return Answer.error(401, "unauthenticated", "token expired");
        });
    assertEquals(Outcome.RETRY, push(settings).outcome());
    assertEquals(Outcome.DELIVERED, push(settings).outcome());
    server.answerAlways(Answer.error(401, "unauthenticated", "no"));
    assertEquals(DropReason.UNAUTHENTICATED, push(settings).reason());
    assertEquals(Outcome.DROP, push(settings).outcome());
    Files.delete(token);
    assertEquals(Outcome.RETRY, push(settings).outcome());
  }

  @Test
  void serverErrorsAndGarbageAreToldApart() throws Exception {
    server.answerAlways(Answer.error(500, "unknown", "storage"));
    assertEquals(Outcome.RETRY, push(RequestSettings.DEFAULT).outcome());
    server.answerAlways(Answer.plain(502, "<html>" + "x".repeat(200_000)));
    assertEquals(Outcome.RETRY, push(RequestSettings.DEFAULT).outcome());
    server.answerAlways(Answer.plain(403, "no"));
    assertEquals(DropReason.PERMISSION_DENIED, push(RequestSettings.DEFAULT).reason());
    server.answerAlways(new Answer(302, "", "", Map.of("Location", "http://127.0.0.1:1/")));
    assertEquals(Outcome.DROP, push(RequestSettings.DEFAULT).outcome());
    server.answerAlways(new Answer(503, "", "", Map.of("Retry-After", "9")));
    assertEquals(Duration.ofSeconds(9), push(RequestSettings.DEFAULT).retryAfter());
    Random random = new Random(5);
    for (int i = 0; i < 50; i++) {
      byte[] noise = new byte[random.nextInt(400)];
      random.nextBytes(noise);
      server.answerAlways(
          new Answer(
              503, "application/json", new String(noise, StandardCharsets.ISO_8859_1), Map.of()));
      assertEquals(Outcome.RETRY, push(RequestSettings.DEFAULT).outcome());
    }
  }

  @Test
  void aServerThatIsAwayResetsOrTalksNonsenseIsTriedAgain() throws Exception {
    server.close();
    assertEquals(Outcome.RETRY, push(RequestSettings.DEFAULT).outcome());
    String[] answers = {"", "nonsense\r\n\r\n", "HTTP/1.1 ", "HTTP/1.1 200 OK\r\nContent-Le"};
    for (String answer : answers) {
      try (ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
        CompletableFuture<Void> answered = CompletableFuture.runAsync(() -> once(socket, answer));
        PushResult result = push(url(socket.getLocalPort()), RequestSettings.DEFAULT);
        assertEquals(Outcome.RETRY, result.outcome(), answer + ": " + result.detail());
        answered.get(5, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void aServerThatNeverAnswersIsLeftAfterTheTimeout() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      PushResult result =
          push(url(socket.getLocalPort()), with(Authorization.NONE, Duration.ofMillis(100)));
      assertEquals(Outcome.RETRY, result.outcome());
    }
  }

  @Test
  void aServerThatNeverReadsIsLeftWhenItIsOverdue() throws Exception {
    byte[] large = new byte[16 << 20];
    new Random(1).nextBytes(large);
    EncodedProfile big =
        new EncodedProfile(
            ProfileType.CPU,
            SeriesLabels.of(Map.of("service_name", "x")),
            Instant.now(),
            large,
            large.length,
            1);
    try (ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      PyroscopePush push =
          new PyroscopePush(
              endpoint(url(socket.getLocalPort()), with(Authorization.NONE, Duration.ofMillis(50))),
              InstantSource.system());
      CompletableFuture<PushResult> result = CompletableFuture.supplyAsync(() -> push.push(big));
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (!push.hasOverdue() && System.nanoTime() < deadline) {
        Thread.sleep(10);
      }
      assertTrue(push.hasOverdue());
      push.abort(false);
      assertEquals(Outcome.RETRY, result.get(20, TimeUnit.SECONDS).outcome());
      assertTrue(!push.hasOverdue());
    }
  }

  @Test
  void tlsTrustsTheGivenCaAndShowsAClientCertificate() throws Exception {
    keytool("server", "CN=localhost", "RSA", "dns:localhost,ip:127.0.0.1");
    keytool("client", "CN=node", "EC", "dns:node");
    try (FakePyroscope secure = secure()) {
      URI url = URI.create("https://localhost:" + secure.port());
      TlsSettings full =
          new TlsSettings(pem("server"), pem("client"), key("client", "PRIVATE KEY"), false);
      PushResult good = push(url, tls(full));
      assertEquals(Outcome.DELIVERED, good.outcome(), good.detail());
      TlsSettings anybody =
          new TlsSettings(TlsSettings.NO_FILE, full.certFile(), full.keyFile(), true);
      assertEquals(Outcome.DELIVERED, push(url, tls(anybody)).outcome());
      // Without trust, without a certificate of our own, with a file that is not there.
      assertEquals(Outcome.RETRY, push(url, tls(TlsSettings.DEFAULT)).outcome());
      TlsSettings anonymous =
          new TlsSettings(full.caFile(), TlsSettings.NO_FILE, TlsSettings.NO_FILE, false);
      assertEquals(Outcome.RETRY, push(url, tls(anonymous)).outcome());
      TlsSettings missing =
          new TlsSettings(dir.resolve("no"), TlsSettings.NO_FILE, TlsSettings.NO_FILE, false);
      assertEquals(Outcome.RETRY, push(url, tls(missing)).outcome());
    }
  }

  private FakePyroscope secure() throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store("server"), "changeit".toCharArray());
    KeyStore clients = KeyStore.getInstance("PKCS12");
    clients.load(null, null);
    clients.setCertificateEntry("client", store("client").getCertificate("client"));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(clients);
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    HttpsServer https =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    https.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            var ssl = context.getDefaultSSLParameters();
            ssl.setNeedClientAuth(true);
            parameters.setSSLParameters(ssl);
          }
        });
    return FakePyroscope.start(https);
  }

  private void keytool(String alias, String name, String algorithm, String san) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-dname",
                name,
                "-keyalg",
                algorithm,
                "-ext",
                "san=" + san,
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit",
                "-keystore",
                dir.resolve(alias + ".p12").toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
  }

  private KeyStore store(String alias) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(dir.resolve(alias + ".p12"))) {
      store.load(in, "changeit".toCharArray());
    }
    return store;
  }

  private Path pem(String alias) throws Exception {
    Certificate certificate = store(alias).getCertificate(alias);
    return writePem(alias + ".crt", "CERTIFICATE", certificate.getEncoded());
  }

  private Path key(String alias, String label) throws Exception {
    byte[] pkcs8 = store(alias).getKey(alias, "changeit".toCharArray()).getEncoded();
    return writePem(alias + ".key", label, pkcs8);
  }

  private Path writePem(String file, String label, byte[] bytes) throws Exception {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return Files.writeString(
        dir.resolve(file),
        "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n");
  }

  private static void once(ServerSocket socket, String answer) {
    try (Socket peer = socket.accept()) {
      peer.getInputStream().read(new byte[64]);
      peer.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private PushResult push(RequestSettings settings) {
    return push(server.url(), settings);
  }

  private PushResult push(URI url, RequestSettings settings) {
    return new PyroscopePush(endpoint(url, settings), InstantSource.system()).push(profile);
  }

  private static EndpointSettings endpoint(URI url, RequestSettings settings) {
    return new EndpointSettings("main", url, settings, QueueSettings.DEFAULT);
  }

  private static RequestSettings with(Authorization authorization, Duration timeout) {
    return new RequestSettings(
        Tenants.NONE, authorization, Map.of(), TlsSettings.DEFAULT, timeout, "1");
  }

  private static RequestSettings tls(TlsSettings tls) {
    return new RequestSettings(
        Tenants.NONE, Authorization.NONE, Map.of(), tls, Duration.ofSeconds(5), "1");
  }

  private static URI url(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }

  private static EncodedProfile encode(StackProfile stacks) {
    try (PprofEncoder encoder = new PprofEncoder(PprofLimits.PYROSCOPE, new ProfileClock())) {
      return encoder.encode(stacks).get(0);
    }
  }
}
