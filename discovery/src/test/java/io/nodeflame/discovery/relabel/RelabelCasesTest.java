package io.nodeflame.discovery.relabel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table {@code cases.txt}. */
class RelabelCasesTest {
  /** {@code out} is null when the label set is dropped. */
  private record Case(
      String name,
      Map<String, String> in,
      List<RelabelRule> rules,
      Map<String, String> out,
      int droppedBy) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Case> cases() throws IOException {
    List<Case> cases = new ArrayList<>();
    for (String block : resource().split("\n\n", -1)) {
      String name = "";
      Map<String, String> in = Map.of();
      List<RelabelRule> rules = new ArrayList<>();
      Map<String, String> out = null;
      int droppedBy = -1;
      for (String line : block.strip().split("\n", -1)) {
        String value = line.substring(line.indexOf(':') + 1).strip();
        switch (line.split(":", 2)[0]) {
          case "case" -> name = value;
          case "in" -> in = labels(value);
          case "rule" -> rules.add(Rules.rule(value));
          case "out" -> out = labels(value);
          case "dropped" -> droppedBy = Integer.parseInt(value);
          default -> assertTrue(line.startsWith("#"), line);
        }
      }
      if (!name.isEmpty()) {
        assertTrue((out == null) == (droppedBy >= 0) && !rules.isEmpty(), name);
        cases.add(new Case(name, in, rules, out, droppedBy));
      }
    }
    return cases;
  }

  private static String resource() throws IOException {
    try (InputStream stream = RelabelCasesTest.class.getResourceAsStream("cases.txt")) {
      assertNotNull(stream);
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Map<String, String> labels(String words) {
    Map<String, String> labels = new TreeMap<>();
    for (String word : words.split(" ", -1)) {
      if (!word.isEmpty()) {
        String[] label = word.split("=", 2);
        assertEquals(null, labels.put(label[0], Rules.plain(label[1])), words);
      }
    }
    return labels;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void apply(Case one) {
    Relabelled result = Relabeling.of(one.rules()).apply(one.in());
    assertEquals(
        one.out() == null
            ? new Relabelled.Dropped(one.droppedBy())
            : new Relabelled.Kept(new TreeMap<>(one.out()), 0),
        result);
  }

  /** The changes of all steps, made on the given labels, give the result. */
  @ParameterizedTest
  @MethodSource("cases")
  void traceTellsTheSame(Case one) {
    List<Step> steps = Relabeling.of(one.rules()).trace(one.in());
    Map<String, String> labels = new TreeMap<>(one.in());
    labels.values().removeIf(String::isEmpty);
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      assertEquals(i, step.rule());
      assertEquals(one.rules().get(i).action(), step.action());
      assertEquals(i == one.droppedBy(), step.dropped());
      for (Step.Change change : step.changes()) {
        assertEquals(labels.getOrDefault(change.label(), ""), change.before());
        assertFalse(change.before().equals(change.after()), change::toString);
        labels.put(change.label(), change.after());
        labels.values().removeIf(String::isEmpty);
      }
    }
    assertEquals(one.out() == null ? one.droppedBy() + 1 : one.rules().size(), steps.size());
    if (one.out() != null) {
      assertEquals(one.out(), labels);
    }
  }

  @Test
  void everyActionHasCases() throws IOException {
    TreeSet<RelabelAction> actions = new TreeSet<>();
    TreeSet<String> names = new TreeSet<>();
    for (Case one : cases()) {
      one.rules().forEach(rule -> actions.add(rule.action()));
      assertTrue(names.add(one.name()), "twice: " + one.name());
    }
    assertEquals(List.of(RelabelAction.values()), new ArrayList<>(actions));
    assertTrue(names.size() >= 60, names.size() + " cases");
  }
}
