package io.nodeflame.symbolizer;

import java.util.List;

/**
 * What was found in a process, in words for people.
 *
 * @param runtime what runs its code
 * @param stacks how its stacks are walked
 * @param names where the names of its frames come from
 * @param missing what is not there, and what that costs; empty when nothing is missing
 */
public record CodeReport(String runtime, String stacks, List<String> names, List<String> missing) {
  public CodeReport {
    names = List.copyOf(names);
    missing = List.copyOf(missing);
  }
}
