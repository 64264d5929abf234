package io.nodeflame.collector.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvExpansionTest {
  private final EnvExpansion env =
      new EnvExpansion(Map.of("A", "1", "EMPTY", "", "NESTED", "${A}", "a_b2", "x"));

  @ParameterizedTest
  @CsvSource({
    "plain, plain",
    "${A}, 1",
    "x${A}y${a_b2}, x1yx",
    "${EMPTY}z, z",
    "${NONE:-d}, d",
    "${NONE:-}z, z",
    "${EMPTY:-d}, d",
    "${A:-d}, 1",
    "${NONE:-a:-b}, a:-b",
    "${NESTED}, ${A}",
    "$${A}, ${A}",
    "$$${A}, $${A}",
    "$A, $A",
    "${1}, ${1}",
    "$, $",
    "a$, a$"
  })
  void expands(String raw, String expected) {
    EnvExpansion.Expanded expanded = env.expand(raw);
    assertEquals("", expanded.problem());
    assertEquals(expected, expanded.text());
  }

  @ParameterizedTest
  @ValueSource(strings = {"${NONE}", "${A", "${", "${}", "${A-b}", "${A B}", "${:-a}", "${A:b}"})
  void refuses(String raw) {
    assertNotEquals("", env.expand(raw).problem());
  }

  @ParameterizedTest
  @CsvSource({
    "${A}, true",
    "${A}${NESTED}, true",
    "${A:-}, true",
    "${A:-secret}, false",
    "x${A}, false",
    "x, false",
    "$${A}, false",
    "'', false"
  })
  void knowsWhetherThereIsMoreThanVariables(String raw, boolean onlyReferences) {
    assertEquals(onlyReferences, env.expand(raw).onlyReferences());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "$", "${", "${A}", "$${A}", "$$${", "${1}", "a$${b:-c}$", "${${A}}"})
  void escapedTextComesBack(String text) {
    assertEquals(text, env.expand(EnvExpansion.escape(text)).text());
  }

  @Test
  void keysAreNotExpanded() {
    assertEquals(
        "line 1: ${A}: unknown key; allowed: nodeName, sampling, targets, labels, symbols,"
            + " pyroscope, store, server, budget",
        Loading.problems("${A}: 1", Map.of("A", "sampling")).get(0).toString());
  }

  @Test
  void variableCannotAddStructure() {
    LoadedConfig loaded =
        Loading.load("labels: {static: {a: '${V}'}}", Map.of("V", "x}}, store: {enabled: true"));
    assertEquals("x}}, store: {enabled: true", loaded.config().labels().fixed().get("a"));
  }

  @Test
  void undefinedVariableNamesItselfAndNotItsNeighbours() {
    assertEquals(
        "line 1: nodeName: allowed: a variable that is set; B is not (or write a default,"
            + " ${B:-...})",
        Loading.problems("nodeName: ${A}-${B}", Map.of("A", "hunter2")).get(0).toString());
  }
}
