package io.nodeflame.discovery.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelSelectorTest {
  private static final Map<String, String> LABELS =
      Map.of("app", "web", "tier", "front", "example.com/team", "a_b.c", "empty", "");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "app | true",
        "absent | false",
        "!absent | true",
        "! app | false",
        "app=web | true",
        "app == web | true",
        "app=db | false",
        "app!=db | true",
        "app != web | false",
        "absent!=x | true",
        "empty= | true",
        "app in (db, web) | true",
        "app in (db) | false",
        "app notin (db) | true",
        "app notin (web,db) | false",
        "absent notin (x) | true",
        "absent in (x) | false",
        "example.com/team=a_b.c | true",
        "app=web,tier in (front,back),!canary | true",
        "app=web,tier=back | false",
        "in=x | false",
        "empty in (a,) | true",
      })
  void holds(String selector, boolean expected) {
    assertEquals(expected, LabelSelector.parse(selector).orElseThrow().matches(LABELS));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " ", ",", "app,", "=web", "app=we b", "app in", "app in web", "app in (a", "app in a)",
        "app on (a)", "-app", "app=-x", "a//b", "/app", "app=web)", "Team.com/app", "!", "!!a",
        "app=!x", "app in (a)(b)", "a b", "app in ((a))", "app===web", "app\u2003", "app\u001f",
            "app=w\u00e9b"
      })
  void isRefused(String selector) {
    assertEquals(Optional.empty(), LabelSelector.parse(selector));
  }

  @Test
  void emptySelectsEverythingAndLongIsRefused() {
    assertTrue(LabelSelector.parse("").orElseThrow().matches(Map.of()));
    assertEquals(Optional.empty(), LabelSelector.parse("a".repeat(64)));
    assertEquals(Optional.empty(), LabelSelector.parse("a,".repeat(600) + "a"));
  }
}
