package io.nodeflame.collector.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code docs/configuration.md} names the keys that there are, with their defaults. */
class DocumentedKeysTest {
  private static final Pattern ROW = Pattern.compile("\\| `([^`]+)` \\| (.*?) \\| (.*) \\|");
  private static final String NONE = "none";

  private record Row(String otherwise, String meaning) {}

  private static Map<String, Row> documented() throws IOException {
    Map<String, Row> rows = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("..", "docs", "configuration.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        String otherwise = row.group(2).replaceAll("`+", "");
        assertEquals(null, rows.put(row.group(1), new Row(otherwise, row.group(3))), line);
      }
    }
    return rows;
  }

  /** Every key that a printed configuration has, with its value as text. */
  private static Map<String, String> printed(String yaml) throws ConfigException {
    Map<String, String> keys = new TreeMap<>();
    flatten("", ConfigLoader.load(yaml, Map.of()).config().print().entries(), keys);
    return keys;
  }

  private static void flatten(String path, Object value, Map<String, String> keys) {
    if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      map.forEach((key, inner) -> flatten(path + (path.isEmpty() ? "" : ".") + key, inner, keys));
    } else if (value instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof Map) {
      flatten(path + "[]", list.get(0), keys);
    } else if (value instanceof List<?> list) {
      keys.put(path, list.stream().map(Object::toString).collect(Collectors.joining(", ")));
    } else {
      keys.put(path, value instanceof Map ? "" : value.toString());
    }
  }

  private static Map<String, String> all() throws ConfigException {
    String endpoint = "\npyroscope:\n- url: http://localhost\n";
    String rule = "targets: {relabelConfigs: [{target_label: a}]}" + endpoint;
    Map<String, String> keys =
        printed(
            "targets: {relabelConfigs: [{action: hashmod, modulus: 2, target_label: a}]}"
                + endpoint);
    keys.putAll(printed(rule + "  basicAuth: {username: a, passwordFile: /p}"));
    keys.putAll(printed(rule + "  bearerTokenFile: /t"));
    keys.putAll(printed(rule));
    return keys;
  }

  @Test
  void everyKeyIsDocumentedAndNoOther() throws IOException, ConfigException {
    assertEquals(new TreeSet<>(all().keySet()), new TreeSet<>(documented().keySet()));
  }

  @Test
  void defaults() throws IOException, ConfigException {
    // What the file above had to set, and the two spellings of an unset secret.
    Map<String, String> there = all();
    there.put("pyroscope[].url", NONE);
    there.put("targets.relabelConfigs[].modulus", NONE);
    there.put("targets.relabelConfigs[].target_label", "");
    there.put("pyroscope[].basicAuth.passwordFile", "");
    there.put("pyroscope[].bearerTokenFile", "");
    Map<String, String> written = new TreeMap<>();
    documented().forEach((key, row) -> written.put(key, row.otherwise()));
    assertEquals(there, written);
  }

  /** Each in a file of its own, so that no warning hides behind another. */
  @Test
  void whatHasNoEffectIsWarnedOf() throws IOException, ConfigException {
    Map<String, String> values =
        Map.ofEntries(
            Map.entry("symbols.debuginfod.urls", "symbols: {debuginfod: {urls: ['http://a']}}"),
            Map.entry(
                "symbols.debuginfod.maxFileSize", "symbols: {debuginfod: {maxFileSize: 1MiB}}"),
            Map.entry("pyroscope[].spool.dir", "pyroscope: [{url: 'http://a', spool: {dir: /b}}]"),
            Map.entry(
                "pyroscope[].spool.maxSize",
                "pyroscope: [{url: 'http://a', spool: {maxSize: 0B}}]"),
            Map.entry(
                "pyroscope[].spool.maxAge", "pyroscope: [{url: 'http://a', spool: {maxAge: 5m}}]"),
            Map.entry("server.tls", "server: {tls: {certFile: /a, keyFile: /b, clientCaFile: /c}}"),
            Map.entry("budget.cpuPercent", "budget: {cpuPercent: 3}"),
            Map.entry("budget.memory", "budget: {memory: 1GiB}"));
    TreeSet<String> without = new TreeSet<>();
    documented()
        .forEach(
            (key, row) -> {
              if (row.meaning().contains("**No effect yet**")) {
                without.add(key.replaceAll("^(server.tls)\\b.*", "$1"));
              }
            });
    assertEquals(new TreeSet<>(values.keySet()), without);
    for (Map.Entry<String, String> value : values.entrySet()) {
      List<String> warnings = ConfigLoader.load(value.getValue(), Map.of()).warnings();
      assertEquals(1, warnings.size(), value::toString);
      String key = warnings.get(0).split(" ", 2)[0].replaceAll("\\[\\d+\\]", "[]");
      assertTrue(value.getKey().startsWith(key), warnings::toString);
    }
    assertEquals(List.of(), ConfigLoader.load("", Map.of()).warnings());
  }

  @Test
  void whatIsOfPodsIsWarnedOfOnAPlainHost() throws ConfigException {
    for (String config :
        List.of(
            "targets: {namespaces: {include: [a]}}",
            "targets: {namespaces: {exclude: [a]}}",
            "targets: {podSelector: a=b}",
            "targets: {annotations: {enabled: false}}",
            "targets: {annotations: {prefix: a.b}}",
            "labels: {podLabels: [a]}")) {
      List<String> warnings = ConfigLoader.load(config, Map.of()).warnings();
      assertEquals(1, warnings.size(), config);
      assertTrue(warnings.get(0).contains("without nodeName"), warnings::toString);
      assertEquals(
          List.of(), ConfigLoader.load("nodeName: n1\n" + config, Map.of()).warnings(), config);
    }
  }
}
