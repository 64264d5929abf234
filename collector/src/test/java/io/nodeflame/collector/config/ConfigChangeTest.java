package io.nodeflame.collector.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigChangeTest {
  private static ConfigChange between(String inForce, String wanted) throws Exception {
    return ConfigChange.between(
        ConfigLoader.load(inForce, Map.of()).config(),
        ConfigLoader.load(wanted, Map.of()).config());
  }

  @Test
  void targetsAndLabelsNeedNoRestart() throws Exception {
    assertEquals(
        new ConfigChange(true, List.of()), between("", "targets: {otherProcesses: false}"));
    assertEquals(new ConfigChange(true, List.of()), between("", "labels: {static: {a: b}}"));
    assertEquals(new ConfigChange(false, List.of()), between("", "targets: {podSelector: ''}"));
  }

  @Test
  void allElseIsNamed() throws Exception {
    assertEquals(
        new ConfigChange(true, List.of("nodeName", "sampling.frequencyHz", "server.listen")),
        between(
            "",
            """
            nodeName: n1
            sampling: {frequencyHz: 99}
            server: {listen: '127.0.0.1:1'}
            labels: {podLabels: [app]}
            """));
  }

  @Test
  void endpointsAreNamedByTheirKeys() throws Exception {
    String one = "pyroscope: [{url: 'http://a', timeout: 1s}]";
    assertEquals(
        new ConfigChange(false, List.of("pyroscope[0].timeout")),
        between(one, "pyroscope: [{url: 'http://a', timeout: 2s}]"));
    assertEquals(
        List.of("pyroscope"),
        between(
                "pyroscope: [{url: 'http://a', bearerToken: x}]",
                "pyroscope: [{url: 'http://a', bearerToken: y}]")
            .needRestart(),
        "its mask is the same");
  }
}
