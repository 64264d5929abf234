package io.nodeflame.discovery.relabel;

import static io.nodeflame.discovery.relabel.Rules.kept;
import static io.nodeflame.discovery.relabel.Rules.relabeling;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.discovery.relabel.Step.Change;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RelabelingTest {
  private static Relabelled.Kept keptWithCuts(Relabeling relabeling, Map<String, String> labels) {
    if (relabeling.apply(labels) instanceof Relabelled.Kept kept) {
      return kept;
    }
    throw new AssertionError(relabeling.apply(labels));
  }

  @Test
  void withoutRulesAllLabelsStay() {
    assertSame(Relabeling.NONE, Relabeling.of(List.of()));
    assertEquals(0, Relabeling.NONE.size());
    Map<String, String> labels = Map.of("b", "2", "a", "1", "__meta_c", "3", "d", "");
    assertEquals(
        List.of("__meta_c=3", "a=1", "b=2"),
        kept(Relabeling.NONE, labels).entrySet().stream().map(Object::toString).toList());
    assertEquals(List.of(), Relabeling.NONE.trace(labels));
  }

  @Test
  void theGivenMapAndTheResultStayAsTheyAre() {
    Map<String, String> labels = new TreeMap<>(Map.of("a", "1"));
    Relabeling relabeling =
        relabeling("source_labels=a target_label=b", "action=labeldrop regex=a");
    assertEquals(Map.of("b", "1"), kept(relabeling, labels));
    assertEquals(Map.of("a", "1"), labels);
    assertThrows(UnsupportedOperationException.class, () -> kept(relabeling, labels).put("x", "y"));
    assertThrows(
        UnsupportedOperationException.class, () -> kept(Relabeling.NONE, labels).put("x", "y"));
  }

  @Test
  void labelsForTheInsideAreNotVisible() {
    Relabelled.Kept result =
        keptWithCuts(
            relabeling("source_labels=__meta_a target_label=__tmp"),
            Map.of("__meta_a", "1", "_b", "2", "c", "3"));
    assertEquals(Map.of("__meta_a", "1", "__tmp", "1", "_b", "2", "c", "3"), result.labels());
    assertEquals(Map.of("_b", "2", "c", "3"), result.visible());
  }

  @Test
  void traceSaysWhatEachRuleDid() {
    Relabeling relabeling =
        relabeling(
            "action=labelmap regex=__meta_(.*)",
            "action=keep source_labels=app regex=web",
            "action=labeldrop regex=__.*",
            "source_labels=app target_label=app replacement=$1-1",
            "action=drop source_labels=app regex=web-.",
            "target_label=never");
    assertEquals(
        List.of(
            new Step(
                0,
                RelabelAction.LABELMAP,
                false,
                List.of(new Change("app", "", "web"), new Change("z", "old", "new"))),
            new Step(1, RelabelAction.KEEP, false, List.of()),
            new Step(
                2,
                RelabelAction.LABELDROP,
                false,
                List.of(new Change("__meta_app", "web", ""), new Change("__meta_z", "new", ""))),
            new Step(3, RelabelAction.REPLACE, false, List.of(new Change("app", "web", "web-1"))),
            new Step(4, RelabelAction.DROP, true, List.of())),
        relabeling.trace(Map.of("__meta_app", "web", "__meta_z", "new", "z", "old")));
  }

  @Test
  void longValuesAreCutNotInThePairOfACharacter() {
    String pairs = "x" + "🔥".repeat(Relabeling.MAX_VALUE_CHARS / 2);
    Relabelled.Kept result = keptWithCuts(Relabeling.NONE, Map.of("a", pairs));
    assertEquals("x" + "🔥".repeat(Relabeling.MAX_VALUE_CHARS / 2 - 1), result.labels().get("a"));
    assertEquals(1, result.cut());
    String fits = "y".repeat(Relabeling.MAX_VALUE_CHARS);
    assertEquals(fits, kept(Relabeling.NONE, Map.of("a", fits)).get("a"));
  }

  @Test
  void joinedAndWrittenValuesAreCut() {
    String value = "y".repeat(Relabeling.MAX_VALUE_CHARS);
    Map<String, String> labels = Map.of("a", value, "b", value, "c", value);
    Relabelled.Kept joined =
        keptWithCuts(
            relabeling("source_labels=a,b,c separator= target_label=d regex=(y{0,8}).* "), labels);
    assertEquals("yyyyyyyy", joined.labels().get("d"));
    assertEquals(1, joined.cut());
    String all = "$1".repeat(500);
    Relabelled.Kept written =
        keptWithCuts(relabeling("source_labels=a target_label=d replacement=" + all), labels);
    assertEquals(value, written.labels().get("d"));
    assertEquals(1, written.cut());
  }

  @Test
  void namesThatAreTooLongOrNoneAreLeftOut() {
    String longest = "n".repeat(512);
    Map<String, String> labels = Map.of(longest, "1", longest + "n", "2", "a-b", "3", "", "4");
    Relabelled.Kept result = keptWithCuts(Relabeling.NONE, labels);
    assertEquals(Map.of(longest, "1"), result.labels());
    assertEquals(3, result.cut());
    assertEquals(
        Map.of(longest, "1"),
        kept(relabeling("action=labelmap regex=(n+) replacement=x$1"), Map.of(longest, "1")));
  }

  @Test
  void labelsBeyondTheBoundAreLeftOutInTheirOrder() {
    Map<String, String> labels = new LinkedHashMap<>();
    for (int i = 999; i >= 0; i--) {
      labels.put("l%03d".formatted(i), "v");
    }
    Relabelled.Kept given = keptWithCuts(Relabeling.NONE, labels);
    assertEquals(Relabeling.MAX_LABELS, given.labels().size());
    assertEquals("l511", given.labels().lastKey());
    assertEquals(1000 - Relabeling.MAX_LABELS, given.cut());

    Relabelled.Kept mapped =
        keptWithCuts(
            relabeling(
                "action=labeldrop regex=l0.*", "action=labelmap regex=l(.*) replacement=m$1"),
            labels);
    assertEquals(Relabeling.MAX_LABELS, mapped.labels().size());
    assertEquals("v", mapped.labels().get("m199"));
    assertEquals(null, mapped.labels().get("m200"));
    assertEquals(488 + 412 - 100, mapped.cut());
  }

  /** Expressions that take exponential time where a matcher goes back. */
  @Test
  void hostileValuesMatchInLinearTime() {
    String hostile = "a".repeat(Relabeling.MAX_VALUE_CHARS - 1) + "!";
    Relabeling relabeling =
        relabeling(
            "action=drop source_labels=a,a separator= regex=(a*)*b",
            "action=drop source_labels=a regex=(a|aa)+",
            "action=drop source_labels=a regex=(.*)(.*)(.*)(.*)(.*)(.*)(.*)x",
            "source_labels=a regex=(a+)+ target_label=b");
    assertEquals(Map.of("a", hostile), kept(relabeling, Map.of("a", hostile)));
  }

  @Test
  void manyThreadsMayUseOne() throws InterruptedException {
    Relabeling relabeling =
        relabeling(
            "source_labels=a regex=(\\w+)-(\\d+) target_label=$1 replacement=$2",
            "action=hashmod source_labels=a target_label=s modulus=5");
    List<Thread> threads = new ArrayList<>();
    List<String> wrong = Collections.synchronizedList(new ArrayList<>());
    for (int t = 0; t < 4; t++) {
      String app = "app" + t;
      threads.add(
          new Thread(
              () -> {
                for (int i = 0; i < 500; i++) {
                  String number = String.valueOf(i);
                  if (!number.equals(kept(relabeling, Map.of("a", app + "-" + i)).get(app))) {
                    wrong.add(app + "-" + i);
                  }
                }
              }));
    }
    for (Thread thread : threads) {
      thread.setUncaughtExceptionHandler((dead, e) -> wrong.add(e.toString()));
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertTrue(wrong.isEmpty(), wrong::toString);
  }
}
