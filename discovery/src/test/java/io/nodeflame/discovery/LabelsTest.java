package io.nodeflame.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LabelsTest {
  @Test
  void areSortedAndCompareByValue() {
    Map<String, String> source = new HashMap<>(Map.of("b", "2", "a", "1", "c", "3"));
    Labels labels = Labels.of(source);
    source.put("a", "changed");
    assertEquals(List.of("a", "b", "c"), new ArrayList<>(labels.asMap().keySet()));
    assertEquals(Labels.of(Map.of("a", "1", "b", "2", "c", "3")), labels);
    assertEquals(Labels.of(Map.of("a", "1", "b", "2", "c", "3")).hashCode(), labels.hashCode());
    assertNotEquals(Labels.of(Map.of("a", "1")), labels);
    assertEquals("1", labels.value("a"));
    assertEquals("", labels.value("z"));
    assertEquals(Labels.EMPTY, Labels.of(Map.of()));
    assertThrows(UnsupportedOperationException.class, () -> labels.asMap().put("x", "y"));
  }

  @Test
  void refuseWhatTheServerWouldRefuse() {
    refuse("", "v", "label name '' is not allowed");
    refuse("__name__", "v", "label name '__name__' is not allowed");
    refuse("1a", "v", "label name '1a' is not allowed");
    refuse("a.b", "v", "label name 'a.b' is not allowed");
    refuse("a", "", "label 'a' has no value");
    refuse("a", "x".repeat(513), "label 'a' is longer than 512");
    refuse("a", "x\ny", "label 'a' has a character that is not text");
    Map<String, String> many = new HashMap<>();
    for (int i = 0; i <= Labels.MAX_LABELS; i++) {
      many.put("l" + i, "v");
    }
    assertEquals(
        "30 labels, more than 29",
        assertThrows(IllegalArgumentException.class, () -> Labels.of(many)).getMessage());
  }

  private static void refuse(String name, String value, String message) {
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> Labels.of(Map.of(name, value)))
            .getMessage());
  }

  @Test
  void aTargetNeedsAServiceName() {
    assertThrows(IllegalArgumentException.class, () -> new Target(Labels.EMPTY));
    assertEquals("x", new Target(Labels.of(Map.of("service_name", "x"))).serviceName());
  }
}
