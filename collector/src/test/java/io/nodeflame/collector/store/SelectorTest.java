package io.nodeflame.collector.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorTest {
  private static boolean matches(String selector, Map<String, String> labels) {
    return Selector.parse(selector).matches(labels);
  }

  @Test
  void allMatchersMustHold() {
    Map<String, String> labels = Map.of("a", "1", "b", "two");
    assertTrue(matches("{}", labels));
    assertTrue(matches("", labels));
    assertTrue(matches(" { a = \"1\" , b =~ \"t.o\" , } ", labels));
    assertFalse(matches("{a=\"1\",b!=\"two\"}", labels));
    assertFalse(matches("{b=~\"w\"}", labels), "an expression matches the whole value");
    assertTrue(matches("{c=\"\"}", labels), "a label that is not there is empty");
    assertTrue(matches("{c!~\".+\"}", labels));
  }

  @Test
  void quotedTextIsUnescaped() {
    assertTrue(matches("{a=\"x\\\"y\\\\z\\n\"}", Map.of("a", "x\"y\\z\n")));
    assertTrue(matches("{\"a\"=\"1\"}", Map.of("a", "1")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "{",
        "{a}",
        "{a=}",
        "{a=\"1}",
        "{a=\"1\"",
        "{a=\"1\"}x",
        "{=\"1\"}",
        "{1a=\"1\"}",
        "{a!\"1\"}",
        "{a==\"1\"}",
        "{a=\"1\" b=\"2\"}",
        "{a=\"\\q\"}",
        "{a=~\"(\"}",
        "{,}"
      })
  void malformedTextIsRefused(String text) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Selector.parse(text));
    assertFalse(e.getMessage().isEmpty());
  }

  @Test
  void costlyExpressionsAreRefused() {
    Map<String, String> labels = Map.of("a", "a".repeat(60) + "!");
    IllegalArgumentException slow =
        assertThrows(
            IllegalArgumentException.class,
            () -> matches("{a=~\"" + "(a*)".repeat(8) + "b\"}", labels));
    assertEquals("regular expression too costly", slow.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> Selector.parse("{a=~\"" + "x".repeat(LabelMatcher.MAX_PATTERN + 1) + "\"}"));
    assertThrows(
        IllegalArgumentException.class, () -> Selector.parse("{" + "a=\"1\",".repeat(33) + "}"));
  }
}
