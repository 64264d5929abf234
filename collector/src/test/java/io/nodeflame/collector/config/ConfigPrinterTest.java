package io.nodeflame.collector.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigPrinterTest {
  private static void assertRoundTrip(String yaml, Map<String, String> env) {
    LoadedConfig loaded = Loading.load(yaml, env);
    String printed = ConfigPrinter.print(loaded.config());
    assertEquals(loaded, Loading.load(printed, env), printed);
    assertEquals(printed, ConfigPrinter.print(Loading.load(printed, env).config()));
  }

  @Test
  void defaults() {
    assertRoundTrip("", Map.of());
    assertRoundTrip("", Map.of("NODE_NAME", "n"));
  }

  @Test
  void everything() {
    assertRoundTrip(
        """
        nodeName: node-1.example
        sampling:
          { frequencyHz: 97, event: cycles, window: 1m30s, kernelStacks: false, maxStackDepth: 64,
            threads: name, threadsAs: label }
        targets:
          namespaces: { include: [a], exclude: [] }
          podSelector: "app in (a,b)"
          otherProcesses: false
          relabelConfigs:
            - { action: drop, regex: '.*"''\\.$', source_labels: [a, b], separator: " " }
            - { action: hashmod, modulus: 3, target_label: t }
            - { target_label: 'x_${1}', replacement: '$${name}-${1}' }
          annotations: { enabled: false, prefix: a.b }
        labels:
          static:
            number: "19"
            none: "null"
            tilde: "~"
            flag: "true"
            reference: "$${HOME} $$${X} $5"
            colon: "a: b # c"
            unicode: "\\u00e4 \\U0001F525"
            spaces: "  a  "
          podLabels: []
        symbols:
          cacheDir: "/var/cache/with space"
          cacheSize: 1234567B
          debugDirs: []
          debuginfod: { urls: ["https://a/b"], maxFileSize: 3MB }
          demangle: full
        pyroscope:
          - name: a
            url: https://a:1/b
            tenantId: rest
            tenantFrom: namespace
            maxSeries: 77
            basicAuth: { username: "u${U}", password: "${P}${Q:-}" }
            headers: { X-A: "${P}" }
            tls: { caFile: /a, certFile: /b, keyFile: /c, insecureSkipVerify: true }
            timeout: 1500ms
            spool: { dir: /s, maxSize: 0B, maxAge: 1m }
          - { name: b, url: "http://[::1]:4040", tenantId: "t!", bearerTokenFile: /t }
        store: { enabled: true, dir: /st, retention: 1d12h, maxSize: 1TiB }
        server:
          listen: "[::]:0"
          tokenFile: /tok
          tls: { certFile: /a, keyFile: /b, clientCaFile: /c }
        budget: { cpuPercent: 2.5, memory: 64MiB }
        """,
        Map.of("U", "${not again}", "P", "pa$${ss", "Q", "q"));
  }

  @Test
  void everyKeyIsPrinted() {
    String printed = ConfigPrinter.print(Loading.config("pyroscope: [{url: 'http://a'}]"));
    for (String key :
        new String[] {
          "nodeName",
          "frequencyHz",
          "maxStackDepth",
          "threads",
          "threadsAs",
          "exclude",
          "podSelector",
          "relabelConfigs",
          "prefix",
          "podLabels",
          "cacheSize",
          "maxFileSize",
          "demangle",
          "tenantId",
          "tenantFrom",
          "username",
          "password",
          "bearerToken",
          "headers",
          "insecureSkipVerify",
          "timeout",
          "maxSeries",
          "maxAge",
          "retention",
          "listen",
          "tokenFile",
          "clientCaFile",
          "cpuPercent",
          "memory"
        }) {
      assertTrue(printed.contains(key + ":"), key + " in\n" + printed);
    }
  }
}
