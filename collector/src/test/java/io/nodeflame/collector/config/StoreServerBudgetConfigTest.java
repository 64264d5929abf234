package io.nodeflame.collector.config;

import static io.nodeflame.collector.config.Loading.assertRefused;
import static io.nodeflame.collector.config.Loading.config;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreServerBudgetConfigTest {
  @Test
  void defaults() {
    NodeflameConfig config = config("store: {}\nserver: {tls: {}}\nbudget: {}");
    assertEquals(
        new StoreConfig(false, Path.of("/var/lib/nodeflame/store"), Duration.ofHours(6), 1 << 30),
        config.store());
    assertEquals(
        new ServerConfig(new ListenAddress("127.0.0.1", 4041), Secret.NONE, ServerConfig.Tls.NONE),
        config.server());
    assertEquals(new BudgetConfig(2, 160 << 20), config.budget());
  }

  @Test
  void everyKeyIsMapped() {
    NodeflameConfig config =
        config(
            """
            store: { enabled: true, dir: /s, retention: 1h30m, maxSize: 2MiB }
            server:
              listen: "[::]:80"
              tokenFile: /t
              tls: { certFile: /c, keyFile: /k, clientCaFile: /ca }
            budget: { cpuPercent: 0.5, memory: 1GiB }
            """);
    assertEquals(
        new StoreConfig(true, Path.of("/s"), Duration.ofMinutes(90), 2 << 20), config.store());
    assertEquals(
        new ServerConfig(
            new ListenAddress("::", 80),
            Secret.inFile(Path.of("/t")),
            new ServerConfig.Tls(
                Optional.of(Path.of("/c")),
                Optional.of(Path.of("/k")),
                Optional.of(Path.of("/ca")))),
        config.server());
    assertEquals(new BudgetConfig(0.5, 1 << 30), config.budget());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "store.enabled | store: {enabled: on}",
        "store.dir | store: {dir: s}",
        "store.retention | store: {retention: 31d}",
        "store.maxSize | store: {maxSize: 1}",
        "store.size | store: {size: 1GiB}",
        "server.listen | server: {listen: 4041}",
        "server.listen | server: {listen: 'a:99999'}",
        "server.listen | server: {listen: '1.2.3:80'}",
        "server.listen | server: {listen: '::1:80'}",
        "server.listen | server: {listen: '[localhost]:80'}",
        "server.tokenFile | server: {tokenFile: t}",
        "server.token | server: {token: t}",
        "server.tls.certFile | server: {tls: {keyFile: /k}}",
        "server.tls.keyFile | server: {tls: {keyFile: k}}",
        "server.tls.clientCaFile | server: {tls: {clientCaFile: /k}}",
        "server.tls.caFile | server: {tls: {caFile: /k}}",
        "budget.cpuPercent | budget: {cpuPercent: 0}",
        "budget.cpuPercent | budget: {cpuPercent: NaN}",
        "budget.cpuPercent | budget: {cpuPercent: 2%}",
        "budget.memory | budget: {memory: 1MiB}",
        "budget.cpu | budget: {cpu: 1}"
      })
  void badValueIsRefused(String key, String yaml) {
    assertRefused(key, yaml);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:1, true",
    "127.9.9.9:1, true",
    "localhost:1, true",
    "[::1]:1, true",
    ":1, false",
    "0.0.0.0:1, false",
    "[::]:1, false",
    "10.0.0.1:1, false",
    "127.example.org:1, false"
  })
  void withoutTokenOnlyThisMachineSeesProfiles(String listen, boolean shows) {
    assertEquals(shows, config("server: {listen: '" + listen + "'}").server().showsProfiles());
    assertEquals(
        true, config("server: {listen: '" + listen + "', tokenFile: /t}").server().showsProfiles());
  }
}
