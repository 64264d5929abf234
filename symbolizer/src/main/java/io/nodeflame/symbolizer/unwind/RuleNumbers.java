package io.nodeflame.symbolizer.unwind;

import io.nodeflame.symbolizer.callframe.FrameRow;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The numbers of the rules that one file uses. */
final class RuleNumbers {
  private final RuleMaker maker;
  private final UnwindRules rules;
  private final int maxRules;
  private final Map<UnwindRule, Integer> known = new HashMap<>();
  private @Nullable FrameRow lastRow;
  private int lastNumber;
  private int unexpressed;

  /**
   * @param maxRules of this file, so that one file cannot take the room of all
   */
  RuleNumbers(RuleMaker maker, UnwindRules rules, int maxRules) {
    this.maker = maker;
    this.rules = rules;
    this.maxRules = maxRules;
  }

  /** The number of a row's rule. */
  int of(FrameRow row) {
    if (row.equals(lastRow)) {
      return lastNumber;
    }
    UnwindRule rule = maker.of(row);
    int number = rule == null ? -1 : numberOf(rule);
    if (number < 0) {
      unexpressed++;
      number = UnwindRules.INVALID;
    }
    lastRow = row;
    lastNumber = number;
    return number;
  }

  private int numberOf(UnwindRule rule) {
    Integer number = known.get(rule);
    if (number != null) {
      return number;
    }
    if (known.size() == maxRules) {
      return -1;
    }
    int added = rules.acquire(rule);
    if (added >= 0) {
      known.put(rule, added);
    }
    return added;
  }

  /** Rows that no rule expresses, or whose rule found no room. */
  int unexpressed() {
    return unexpressed;
  }

  /** All numbers, each to be given back. */
  int[] numbers() {
    return known.values().stream().mapToInt(Integer::intValue).toArray();
  }

  /** After a failure. */
  void releaseAll() {
    known.values().forEach(rules::release);
    known.clear();
  }
}
