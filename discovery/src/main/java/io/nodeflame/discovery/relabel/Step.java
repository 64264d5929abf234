package io.nodeflame.discovery.relabel;

import java.util.List;

/**
 * What one rule did to a label set, for people.
 *
 * @param rule the index of the rule, from 0
 * @param dropped whether the rule dropped the label set; no step comes after it then
 * @param changes by name of the label; empty when nothing changed
 */
public record Step(int rule, RelabelAction action, boolean dropped, List<Change> changes) {

  /**
   * One label, with an empty text for a label that is not there.
   *
   * @param label its name
   */
  public record Change(String label, String before, String after) {}

  public Step {
    changes = List.copyOf(changes);
  }
}
