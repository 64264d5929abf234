package io.nodeflame.discovery.relabel;

import static io.nodeflame.discovery.relabel.Rules.kept;
import static io.nodeflame.discovery.relabel.Rules.relabeling;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What holds for all rules and labels, tried on many. */
class RelabelPropertyTest {
  private static final String[] PATTERNS = {
    "(.*)", "a.*", "__meta_(.+)", "[a-m]+", "", "x|y|.*_.*", "(?i)A+b?", ".", "(a)(b)?.*", ".*z"
  };

  private static final List<RelabelAction> ACTIONS = List.of(RelabelAction.values());

  private final Random random = new Random(11);

  private String word(String letters, int max) {
    StringBuilder word = new StringBuilder();
    for (int length = random.nextInt(max + 1); length > 0; length--) {
      word.append(letters.charAt(random.nextInt(letters.length())));
    }
    return word.toString();
  }

  private Map<String, String> labels() {
    Map<String, String> labels = new HashMap<>();
    for (int count = random.nextInt(12); count > 0; count--) {
      String name = (random.nextInt(3) == 0 ? "__meta_" : "") + word("abxyz_m", 5);
      labels.put(name.isEmpty() ? "e" : name, word("abcXYZ;-.\n ß\ud83d\udd25", 8));
    }
    labels.values().removeIf(String::isEmpty);
    return labels;
  }

  @Test
  void labeldropAndLabelkeepAreComplements() {
    int removed = 0;
    for (int round = 0; round < 3000; round++) {
      String regex = PATTERNS[round % PATTERNS.length];
      Map<String, String> labels = labels();
      Map<String, String> left = kept(relabeling("action=labeldrop regex=" + regex), labels);
      Map<String, String> right = kept(relabeling("action=labelkeep regex=" + regex), labels);
      Map<String, String> both = new TreeMap<>(left);
      both.putAll(right);
      assertEquals(labels, both);
      assertEquals(labels.size(), left.size() + right.size());
      removed += right.size();
    }
    assertTrue(removed > 1000, removed + " labels matched");
  }

  @Test
  void keepAndDropAreComplementsAndChangeNothing() {
    int dropped = 0;
    for (int round = 0; round < 3000; round++) {
      String fields = " source_labels=a,b separator= regex=" + PATTERNS[round % PATTERNS.length];
      Map<String, String> labels = labels();
      Relabelled keep = relabeling("action=keep" + fields).apply(labels);
      Relabelled drop = relabeling("action=drop" + fields).apply(labels);
      Relabelled kept = new Relabelled.Kept(new TreeMap<>(labels), 0);
      boolean isKept = keep.equals(kept);
      assertEquals(isKept ? kept : new Relabelled.Dropped(0), keep);
      assertEquals(isKept ? new Relabelled.Dropped(0) : kept, drop);
      dropped += isKept ? 0 : 1;
    }
    assertTrue(dropped > 300 && dropped < 2700, dropped + " dropped");
  }

  @Test
  void keepequalAndDropequalAreComplements() {
    for (int round = 0; round < 1000; round++) {
      Map<String, String> labels = Map.of("a", word("xy", 1) + "x", "b", word("xy", 1) + "x");
      boolean equal = labels.get("a").equals(labels.get("b"));
      Relabelled kept = new Relabelled.Kept(new TreeMap<>(labels), 0);
      assertEquals(
          equal ? kept : new Relabelled.Dropped(0),
          relabeling("action=keepequal source_labels=a target_label=b").apply(labels));
      assertEquals(
          equal ? new Relabelled.Dropped(0) : kept,
          relabeling("action=dropequal source_labels=a target_label=b").apply(labels));
    }
  }

  /** Twenty shards of 20,000 names: within a tenth of even, some 3 standard deviations and more. */
  @Test
  void hashmodSpreadsEvenly() {
    int shards = 20;
    int[] counts = new int[shards];
    Relabeling relabeling =
        relabeling("action=hashmod source_labels=pod target_label=shard modulus=" + shards);
    for (int i = 0; i < 20_000; i++) {
      counts[Integer.parseInt(kept(relabeling, Map.of("pod", "web-" + i)).get("shard"))]++;
    }
    for (int count : counts) {
      assertTrue(count > 900 && count < 1100, Arrays.toString(counts));
    }
  }

  /** Any fields: either sentences, or rules that never throw and keep to the bounds. */
  @Test
  void anyRulesOnAnyLabels() {
    String letters = "ab_(.*)$1{}[]|?+\\^x0;-";
    int used = 0;
    int dropped = 0;
    for (int round = 0; round < 10_000; round++) {
      List<RelabelRule> rules = new ArrayList<>();
      for (int i = 0; i <= random.nextInt(3); i++) {
        rules.add(
            new RelabelRule(
                random.nextBoolean() ? List.of() : List.of("a", word("abxy_", 3)),
                word(";-", 2),
                random.nextBoolean() ? PATTERNS[random.nextInt(PATTERNS.length)] : word(letters, 9),
                random.nextInt(3),
                word("ab_$1{}", 4),
                random.nextBoolean() ? "$1" : word("ab$1{}-", 6),
                ACTIONS.get(random.nextInt(ACTIONS.size()))));
      }
      if (!Relabeling.problems(rules).isEmpty()) {
        continue;
      }
      used++;
      Map<String, String> labels = labels();
      Relabeling relabeling = Relabeling.of(rules);
      List<Step> steps = relabeling.trace(labels);
      if (relabeling.apply(labels) instanceof Relabelled.Kept kept) {
        assertEquals(rules.size(), steps.size());
        kept.labels()
            .forEach(
                (name, value) ->
                    assertTrue(LabelName.isValid(name) && !value.isEmpty(), () -> name + rules));
      } else {
        dropped++;
        assertTrue(steps.get(steps.size() - 1).dropped());
      }
    }
    assertTrue(used > 500 && dropped > 50, used + " used, " + dropped + " dropped");
  }
}
