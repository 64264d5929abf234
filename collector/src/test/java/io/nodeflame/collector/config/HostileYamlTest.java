package io.nodeflame.collector.config;

import static io.nodeflame.collector.config.Loading.problem;
import static io.nodeflame.collector.config.Loading.problems;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileYamlTest {
  private static final String MARKS = "[]{}&*!|>'\"%@`:-?,# \n$";

  @Test
  void billionLaughs() {
    StringBuilder yaml = new StringBuilder("a0: &a0 [lol,lol,lol,lol,lol,lol,lol,lol,lol]\n");
    for (int i = 1; i < 10; i++) {
      String alias = "*a" + (i - 1);
      yaml.append("a").append(i).append(": &a").append(i).append(" [");
      yaml.append((alias + ",").repeat(8)).append(alias).append("]\n");
    }
    assertEquals(
        "line 5: allowed: at most 32 aliases",
        problems(yaml.toString(), Map.of()).get(0).toString());
  }

  @Test
  void aliasesBelowTheLimitCannotMultiply() {
    String list = "[" + "x,".repeat(900) + "x]";
    String yaml =
        "targets: {namespaces: {include: &a " + list + ", exclude: &b [*a,*a,*a,*a,*a,*a,*a,*a]}}";
    assertEquals(8, problems(yaml, Map.of()).size()); // one per alias: a list is not a namespace
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{a: ", "- ", "? "})
  void deepNesting(String opening) {
    assertEquals(
        "allowed: at most 16 levels of nesting", problem(opening.repeat(100_000)).allowed());
  }

  @Test
  void tenMegabytes(@TempDir Path dir) throws IOException {
    String yaml = "# padding padding padding\n".repeat(400_000);
    assertTrue(problem(yaml).allowed().startsWith("allowed: at most"));
    Path file = Files.writeString(dir.resolve("big.yaml"), yaml);
    ConfigException refused =
        assertThrows(ConfigException.class, () -> ConfigLoader.load(file, Map.of()));
    assertEquals("allowed: a file of at most 1MiB", refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "!!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[]]]",
        "sampling: !!map {}",
        "nodeName: !custom a",
        "&a [*a]",
        "*unknown",
        "a: 1\n---\nb: 2\n",
        "[a, b]: c",
        "sampling: [",
        "sampling: {a: b\nb",
        "\tsampling: {}",
        "a: \u0001",
        "@",
        "just text",
        "- a"
      })
  void notAConfiguration(String yaml) {
    assertFalse(problem(yaml).toString().isEmpty());
  }

  @Test
  void variablesCannotMultiply() {
    Map<String, String> env = Map.of("BIG", "x".repeat(100_000));
    String yaml = "labels: {podLabels: [" + "'${BIG}',".repeat(900) + "a]}";
    assertTrue(
        problems(yaml, env).stream()
            .anyMatch(problem -> problem.allowed().contains("after variables are expanded")));
  }

  @Test
  void deepRegularExpression() {
    String regex = "(".repeat(50_000) + ")".repeat(50_000);
    String yaml = "targets: {relabelConfigs: [{action: drop, regex: '" + regex + "'}]}";
    assertEquals("targets.relabelConfigs[0].regex", problem(yaml).key());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "server: {listen: '%s:80'}",
        "server: {listen: '[%s]:80'}",
        "targets: {podSelector: '%s'}",
        "targets: {annotations: {prefix: '%s'}}",
        "sampling: {window: '%s'}",
        "symbols: {cacheSize: '%s'}",
        "pyroscope: [{url: 'http://%s'}]"
      })
  void longValues(String yaml) {
    for (String part : new String[] {"1", "a", "a.", "1.", ":", "a,", "-", "1h", "(", " "}) {
      problem(yaml.formatted(part.repeat(100_000)));
    }
  }

  @Test
  void longRefusedValueIsCutAndCleaned() {
    String shown = problem("nodeName: \"\\e[31m" + "A".repeat(5000) + "\"").toString();
    assertTrue(shown.length() < 300, shown);
    assertFalse(shown.contains("\u001b"), shown);
  }

  @Test
  void mutatedConfigurationIsReadOrRefused() {
    byte[] seed =
        """
        nodeName: ${NODE_NAME:-}
        sampling: { frequencyHz: 19, event: cpu-clock, window: 15s }
        targets:
          namespaces: { include: [], exclude: [kube-system] }
          podSelector: "a in (b,c)"
          relabelConfigs: [{ action: drop, regex: "(a|b)*" }]
        labels: { static: { a: &x b }, podLabels: [*x] }
        pyroscope:
          - url: http://p:4040
            basicAuth: { username: "u", password: "${P:-p}" }
            spool: { dir: /s, maxSize: 1MiB, maxAge: 55m }
        server: { listen: "[::1]:4041" }
        """
            .getBytes(StandardCharsets.UTF_8);
    assertTrue(isGood(new String(seed, StandardCharsets.UTF_8)));
    Random random = new Random(42);
    int good = 0;
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = seed.clone();
      int changes = 1 + random.nextInt(3);
      for (int j = 0; j < changes; j++) {
        int at = random.nextInt(bytes.length);
        bytes[at] =
            random.nextBoolean()
                ? (byte) random.nextInt(128)
                : (byte) MARKS.charAt(random.nextInt(MARKS.length()));
      }
      if (isGood(new String(bytes, StandardCharsets.UTF_8))) {
        good++;
      } else {
        refused++;
      }
    }
    assertTrue(good > 20 && refused > 20, good + " good, " + refused + " refused");
  }

  private static boolean isGood(String yaml) {
    try {
      ConfigLoader.load(yaml, Map.of());
      return true;
    } catch (ConfigException e) {
      assertFalse(e.problems().isEmpty());
      return false;
    }
  }
}
