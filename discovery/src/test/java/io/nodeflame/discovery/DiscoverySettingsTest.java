package io.nodeflame.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DiscoverySettingsTest {
  @Test
  void defaults() {
    assertEquals(new DiscoverySettings("", true, Map.of()), DiscoverySettings.DEFAULT);
  }

  @Test
  void everyKeyIsKept() {
    Map<String, String> labels = new HashMap<>(Map.of("env", "prod"));
    DiscoverySettings settings = new DiscoverySettings("n1", false, labels);
    labels.clear();
    assertEquals("n1", settings.nodeName());
    assertEquals(false, settings.otherProcesses());
    assertEquals(Map.of("env", "prod"), settings.staticLabels());
  }

  @Test
  void everyProblemIsListedAtOnce() {
    Map<String, String> labels = Map.of("a-b", "x", "ok", "", "service_name", "s", "node", "n");
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> new DiscoverySettings("n\n", true, labels))
            .getMessage();
    assertEquals(
        """
        nodeName: label 'node' has a character that is not text
        labels.static: label name 'a-b' is not allowed
        labels.static: label 'ok' has no value
        labels.static: service_name is found for each process
        labels.static: node is set by nodeName already""",
        message);
  }

  @Test
  void tooManyStaticLabels() {
    Map<String, String> labels = new HashMap<>();
    for (int i = 0; i < 17; i++) {
      labels.put("l" + i, "v");
    }
    assertEquals(
        "labels.static: more than 16 labels",
        assertThrows(IllegalArgumentException.class, () -> new DiscoverySettings("", true, labels))
            .getMessage());
  }
}
