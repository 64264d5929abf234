package io.nodeflame.collector.config;

import static io.nodeflame.collector.config.Loading.assertRefused;
import static io.nodeflame.collector.config.Loading.config;
import static io.nodeflame.collector.config.Loading.problems;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointConfigTest {
  private static EndpointConfig endpoint(String yaml) {
    return config("pyroscope:\n  - " + yaml.strip().replace("\n", "\n    ")).pyroscope().get(0);
  }

  @Test
  void defaults() {
    EndpointConfig endpoint = endpoint("url: http://pyroscope:4040/");
    assertEquals(
        new EndpointConfig(
            "main",
            URI.create("http://pyroscope:4040"),
            EndpointConfig.Protocol.PUSH,
            TenantConfig.NONE,
            BasicAuthConfig.NONE,
            Secret.NONE,
            Map.of(),
            new TlsConfig(Optional.empty(), Optional.empty(), Optional.empty(), false),
            Duration.ofSeconds(10),
            5000,
            new SpoolConfig(
                Path.of("/var/lib/nodeflame/spool"), 268_435_456, Duration.ofMinutes(55))),
        endpoint);
    assertEquals(endpoint, EndpointConfig.of("main", URI.create("http://pyroscope:4040")));
  }

  @Test
  void everyKeyIsMapped() {
    assertEquals(
        new EndpointConfig(
            "cloud",
            URI.create("https://profiles.example/base"),
            EndpointConfig.Protocol.PUSH,
            new TenantConfig("team-a", "namespace"),
            new BasicAuthConfig("me", Secret.inFile(Path.of("/s/password"))),
            Secret.NONE,
            Map.of("X-Key", Secret.of("k")),
            new TlsConfig(
                Optional.of(Path.of("/t/ca")),
                Optional.of(Path.of("/t/cert")),
                Optional.of(Path.of("/t/key")),
                true),
            Duration.ofSeconds(3),
            200,
            new SpoolConfig(Path.of("/spool"), 0, Duration.ofMinutes(2))),
        endpoint(
            """
            name: cloud
            url: https://profiles.example/base
            protocol: push
            tenantId: team-a
            tenantFrom: namespace
            basicAuth: { username: me, passwordFile: /s/password }
            headers: { X-Key: k }
            tls: { caFile: /t/ca, certFile: /t/cert, keyFile: /t/key, insecureSkipVerify: true }
            timeout: 3s
            maxSeries: 200
            spool: { dir: /spool, maxSize: 0B, maxAge: 2m }
            """));
  }

  @Test
  void keysThatExcludeOthers() {
    EndpointConfig endpoint = endpoint("url: http://p\nbearerTokenFile: /s/token");
    assertEquals(Secret.inFile(Path.of("/s/token")), endpoint.bearerToken());
    assertEquals(Secret.of("t"), endpoint("url: http://p\nbearerToken: t").bearerToken());
    assertEquals(
        new BasicAuthConfig("u", Secret.of("p")),
        endpoint("url: http://p\nbasicAuth: { username: u, password: p }").basicAuth());
  }

  @Test
  void severalEndpointsNeedNamesOfTheirOwn() {
    assertEquals(
        List.of("main", "b"),
        config("pyroscope: [{url: 'http://a'}, {name: b, url: 'http://b'}]").pyroscope().stream()
            .map(EndpointConfig::name)
            .toList());
    assertRefused("pyroscope[1].name", "pyroscope: [{url: 'http://a'}, {url: 'http://b'}]");
  }

  @Test
  void aNameThatIsTakenIsSaidBesideOtherMistakes() {
    assertEquals(
        List.of("pyroscope[1].name", "pyroscope[1].url", "pyroscope[2].url", "pyroscope[3].name"),
        problems(
                """
                pyroscope:
                  - {name: a, url: 'http://a'}
                  - {name: a, url: a}
                  - {name: b, url: b}
                  - {name: B, url: 'http://b'}
                """,
                Map.of())
            .stream()
            .map(Problem::key)
            .toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name | name: A",
        "name | name: a/b",
        "url | url: pyroscope:4040",
        "url | url: 'http://'",
        "url | url: 'http://a:70000'",
        "url | url: 'http://u:p@a'",
        "url | url: 'http://a#b'",
        "url | name: a",
        "protocol | protocol: http",
        "protocol | protocol: grpc",
        "protocol | protocol: otlp",
        "tenantId | tenantId: a/b",
        "tenantId | tenantId: ..",
        "tenantFrom | tenantFrom: a-b",
        "tenantFrom | tenantFrom: __name__",
        "basicAuth | basicAuth: me",
        "basicAuth.username | basicAuth: {username: me}",
        "basicAuth.username | basicAuth: {passwordFile: /p}",
        "basicAuth.passwordFile | basicAuth: {username: me, passwordFile: p}",
        "basicAuth.password | basicAuth: {username: me, password: p, passwordFile: /p}",
        "basicAuth | basicAuth: {username: me, password: p}, bearerToken: t",
        "bearerTokenFile | bearerTokenFile: t",
        "bearerToken | bearerToken: \"a\\nb\"",
        "headers | headers: {Host: a}",
        "headers | headers: {'a b': a}",
        "headers.X-A | headers: {X-A: [a]}",
        "tls.caFile | tls: {caFile: ca}",
        "tls.certFile | tls: {certFile: /cert}",
        "tls.keyFile | tls: {certFile: /cert, keyFile: key}",
        "tls.insecureSkipVerify | tls: {insecureSkipVerify: 1}",
        "tls.skipVerify | tls: {skipVerify: true}",
        "timeout | timeout: 0s",
        "timeout | timeout: 10",
        "maxSeries | maxSeries: 9",
        "maxSeries | maxSeries: 100001",
        "spool.dir | spool: {dir: spool}",
        "spool.maxSize | spool: {maxSize: 2TiB}",
        "spool.maxAge | spool: {maxAge: 56m}",
        "spool.size | spool: {size: 1MiB}",
        "tenant | tenant: a"
      })
  void badValueIsRefused(String key, String yaml) {
    boolean withoutUrl = key.equals("url");
    assertRefused(
        "pyroscope[0]." + key,
        "pyroscope: [{" + yaml + (withoutUrl ? "" : ", url: 'http://a'") + "}]");
  }

  @Test
  void onlyHttpUrlsFromTheCommandLine() {
    assertThrows(
        IllegalArgumentException.class, () -> EndpointConfig.of("main", URI.create("ftp://a")));
  }
}
