package io.nodeflame.collector.config;

import static io.nodeflame.collector.config.Loading.config;
import static io.nodeflame.collector.config.Loading.load;
import static io.nodeflame.collector.config.Loading.problem;
import static io.nodeflame.collector.config.Loading.problems;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigLoaderTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "# nothing\n", "---\n", "{}", "~", "sampling:\npyroscope: ~\n"})
  void nothingGivesAllDefaults(String yaml) {
    LoadedConfig loaded = load(yaml, Map.of());
    assertEquals(NodeflameConfig.DEFAULT, loaded.config());
    assertEquals(List.of(), loaded.warnings());
  }

  @Test
  void sixMistakesAreSixProblemsWithTheirLines() {
    List<String> found =
        problems(
                """
                nodeName: Node_1
                sampling:
                  frequencyHz: 0
                  frequency_hz: 99
                targets:
                  podSelector: "a in"
                pyroscope:
                  - name: main
                    protocol: push
                serve: { listen: ":4041" }
                """,
                Map.of())
            .stream()
            .map(Problem::toString)
            .toList();
    assertEquals(
        List.of(
            "line 1: nodeName: 'Node_1' is not allowed; allowed: a DNS name in lower case",
            "line 3: sampling.frequencyHz: '0' is not allowed; allowed: 1..1000",
            "line 4: sampling.frequency_hz: unknown key; did you mean 'frequencyHz'?",
            "line 6: targets.podSelector: 'a in' is not allowed; allowed: a label selector such as"
                + " app=web,tier in (a,b),!canary",
            "line 8: pyroscope[0].url: missing; allowed: http://HOST[:PORT][/PATH] or https://...,"
                + " without user, query or fragment",
            "line 10: serve: unknown key; did you mean 'server'?"),
        found);
  }

  @ParameterizedTest
  @CsvSource({"pyroscop, pyroscope", "labl, labels", "Sampling, sampling", "node-name, nodeName"})
  void nearKeyIsProposed(String typed, String meant) {
    assertTrue(problem(typed + ": x").toString().contains("did you mean '" + meant + "'?"));
  }

  @Test
  void strangeKeyGetsTheListOfKeys() {
    assertEquals(
        "line 1: zzz: unknown key; allowed: nodeName, sampling, targets, labels, symbols,"
            + " pyroscope, store, server, budget",
        problem("zzz: 1").toString());
  }

  @Test
  void keyThatStandsTwiceIsRefused() {
    assertEquals(3, problem("store: {}\nbudget: {}\nstore: {}").line());
  }

  @Test
  void problemsAreBounded() {
    StringBuilder yaml = new StringBuilder();
    for (int i = 0; i < 5000; i++) {
      yaml.append("key").append(i).append(": 1\n");
    }
    List<Problem> problems = problems(yaml.toString(), Map.of());
    assertEquals(Problems.MAX_PROBLEMS + 1, problems.size());
    assertEquals("and 4900 more problems", problems.get(100).toString());
  }

  @Test
  void nodeNameComesFromTheEnvironmentUnlessItIsWritten() {
    Map<String, String> env = Map.of("NODE_NAME", "n1");
    assertEquals("n1", load("", env).config().nodeName());
    assertEquals("n1", load("nodeName: ${NODE_NAME:-}", env).config().nodeName());
    assertEquals("n2", load("nodeName: n2", env).config().nodeName());
    assertEquals("", load("nodeName: ''", env).config().nodeName());
  }

  @Test
  void aliasStandsForItsAnchor() {
    NodeflameConfig config =
        config(
            """
            pyroscope:
              - { name: a, url: "http://a", timeout: &t 7s }
              - { name: b, url: "http://b", timeout: *t }
            """);
    assertEquals(7, config.pyroscope().get(1).timeout().toSeconds());
  }

  @Test
  void whatHasNoEffectYetIsSaid() {
    String outsideOfKubernetes =
        " has no effect without nodeName, which makes this a node of a cluster";
    assertEquals(
        List.of(
            "targets.namespaces" + outsideOfKubernetes,
            "targets.podSelector" + outsideOfKubernetes,
            "targets.annotations" + outsideOfKubernetes,
            "symbols.debuginfod has no effect yet",
            "pyroscope[0].spool has no effect yet",
            "server.tls has no effect yet",
            "budget has no effect yet"),
        load(
                """
                targets:
                  namespaces: { exclude: [] }
                  podSelector: app
                  relabelConfigs: [{ action: drop }]
                  annotations: { enabled: false }
                symbols: { debuginfod: { urls: ["http://d"] } }
                pyroscope: [{ url: "http://a", spool: { maxAge: 5m } }]
                server: { listen: ":4041", tls: { certFile: /c, keyFile: /k } }
                budget: { cpuPercent: 3 }
                """,
                Map.of())
            .warnings());
  }

  @Test
  void profilesThatOthersAskForInVainAreSaid() {
    String listen = "server: { listen: ':4041'%s }\n";
    String store = "store: { enabled: true }\n";
    assertEquals(
        List.of(
            "server.listen: others reach :4041, so without server.tokenFile they see metrics and"
                + " health, not the profiles of the store"),
        load(listen.formatted("") + store, Map.of()).warnings());
    // For metrics alone it is what the manifests ask for.
    assertEquals(List.of(), load(listen.formatted(""), Map.of()).warnings());
    assertEquals(List.of(), load(listen.formatted(", tokenFile: /t") + store, Map.of()).warnings());
    assertEquals(List.of(), load(store, Map.of()).warnings());
  }

  @Test
  void fileIsLoaded(@TempDir Path dir) throws Exception {
    Path file = Files.writeString(dir.resolve("c.yaml"), "sampling: { frequencyHz: 7 }");
    assertEquals(7, ConfigLoader.load(file, Map.of()).config().sampling().frequencyHz());
    assertThrows(NoSuchFileException.class, () -> ConfigLoader.load(dir.resolve("none"), Map.of()));
    assertThrows(IOException.class, () -> ConfigLoader.load(dir, Map.of()));
  }

  @Test
  void fileThatIsNotUtf8IsRefused(@TempDir Path dir) throws Exception {
    Path file = Files.write(dir.resolve("c.yaml"), new byte[] {'a', ':', ' ', (byte) 0xff});
    ConfigException refused =
        assertThrows(ConfigException.class, () -> ConfigLoader.load(file, Map.of()));
    assertEquals("allowed: text in UTF-8", refused.getMessage());
  }
}
