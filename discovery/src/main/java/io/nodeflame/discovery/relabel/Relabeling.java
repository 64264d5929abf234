package io.nodeflame.discovery.relabel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * Relabel rules, applied one after the other. Immutable, for any number of threads.
 *
 * <p>Authors of pods write label values and part of the names: what is applied to one label set is
 * bounded. Values are cut at {@link #MAX_VALUE_CHARS}, joined values at {@link #MAX_JOINED_CHARS},
 * labels beyond {@link #MAX_LABELS} are left out, and a rule that would write one more writes
 * nothing. A result counts how often a bound was met. Matching takes at most {@link
 * #MAX_STEPS_PER_CHAR} steps for each character, all rules together.
 */
public final class Relabeling {
  public static final int MAX_RULES = 128;
  public static final int MAX_LABELS = 512;
  public static final int MAX_VALUE_CHARS = 4096;
  public static final int MAX_JOINED_CHARS = 8192;
  public static final int MAX_STEPS_PER_CHAR = 8192;

  /** No rule: every label set is kept as it is. */
  public static final Relabeling NONE = new Relabeling(List.of());

  private final List<CompiledRule> rules;

  private Relabeling(List<CompiledRule> rules) {
    this.rules = rules;
  }

  /**
   * Compiles rules.
   *
   * @throws IllegalArgumentException with all {@link #problems} when there are any
   */
  public static Relabeling of(List<RelabelRule> rules) {
    List<String> problems = problems(rules);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
    return rules.isEmpty() ? NONE : new Relabeling(compiled(rules));
  }

  /** Sentences such as {@code rule 0: regex is ...}; empty when the rules can be used. */
  public static List<String> problems(List<RelabelRule> rules) {
    if (rules.size() > MAX_RULES) {
      return List.of(rules.size() + " rules, more than " + MAX_RULES);
    }
    List<String> problems = new ArrayList<>();
    for (int i = 0; i < rules.size(); i++) {
      for (RelabelRule.Problem problem : rules.get(i).problems()) {
        problems.add("rule " + i + ": " + problem);
      }
    }
    if (problems.isEmpty() && areTooLarge(rules)) {
      problems.add("the regular expressions of all rules together are too large");
    }
    return List.copyOf(problems);
  }

  public int size() {
    return rules.size();
  }

  /** A label without a value is no label. */
  public Relabelled apply(Map<String, String> labels) {
    BoundedLabels given = BoundedLabels.of(labels);
    if (rules.isEmpty()) {
      return new Relabelled.Kept(Collections.unmodifiableSortedMap(given.sorted()), given.cut());
    }
    WorkingLabels working = new WorkingLabels(given);
    for (int i = 0; i < rules.size(); i++) {
      if (!rules.get(i).apply(working)) {
        return new Relabelled.Dropped(i);
      }
    }
    return new Relabelled.Kept(working.sorted(), working.cut());
  }

  /** What each rule does, up to the one that drops the label set. */
  public List<Step> trace(Map<String, String> labels) {
    WorkingLabels working = new WorkingLabels(BoundedLabels.of(labels));
    List<Step> steps = new ArrayList<>();
    boolean kept = true;
    for (int i = 0; i < rules.size() && kept; i++) {
      SortedMap<String, String> before = working.sorted();
      kept = rules.get(i).apply(working);
      steps.add(new Step(i, rules.get(i).action(), !kept, changes(before, working.sorted())));
    }
    return List.copyOf(steps);
  }

  private static List<Step.Change> changes(
      SortedMap<String, String> before, SortedMap<String, String> after) {
    TreeSet<String> names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    List<Step.Change> changes = new ArrayList<>();
    for (String name : names) {
      String old = before.getOrDefault(name, "");
      String now = after.getOrDefault(name, "");
      if (!old.equals(now)) {
        changes.add(new Step.Change(name, old, now));
      }
    }
    return changes;
  }

  private static List<CompiledRule> compiled(List<RelabelRule> rules) {
    List<CompiledRule> compiled = new ArrayList<>();
    for (RelabelRule rule : rules) {
      compiled.add(new CompiledRule(rule));
    }
    return List.copyOf(compiled);
  }

  /** One compiled rule at a time is held: all of them may be too large for the heap. */
  private static boolean areTooLarge(List<RelabelRule> rules) {
    long steps = 0;
    for (int i = 0; i < rules.size() && steps <= MAX_STEPS_PER_CHAR; i++) {
      steps += new CompiledRule(rules.get(i)).stepsPerChar();
    }
    return steps > MAX_STEPS_PER_CHAR;
  }
}
