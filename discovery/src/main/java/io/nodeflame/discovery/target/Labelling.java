package io.nodeflame.discovery.target;

import io.nodeflame.discovery.Resolution;
import io.nodeflame.discovery.relabel.Step;
import java.util.List;
import java.util.SortedMap;

/**
 * How the labels of one process come about, for people. Values are what authors of pods wrote.
 *
 * @param given the labels before the rules, meta labels among them; unmodifiable
 * @param steps what each rule did; none when a setting before the rules excludes the process
 * @param excludedBy the setting that excludes the process, as the configuration names it; else
 *     empty
 * @param problems annotations without effect and labels left out, as sentences
 * @param resolution what the process is resolved to by the same rules
 */
public record Labelling(
    SortedMap<String, String> given,
    List<Step> steps,
    String excludedBy,
    List<String> problems,
    Resolution resolution) {
  public Labelling {
    steps = List.copyOf(steps);
    problems = List.copyOf(problems);
  }
}
