package io.nodeflame.symbolizer.unwind;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rules of all files, each once: 1,244 files of a distribution have 3,834. A rule keeps its
 * number as long as a file uses it; then another rule may get it. Safe for many threads.
 */
public final class UnwindRules {
  /** Room in the kernel's table; a number takes 14 of the 16 bits of a row. */
  public static final int MAX_RULES = 16_384;

  /** Number of {@link FrameBase#INVALID}, for ever. */
  public static final int INVALID = 0;

  private static final class Use {
    private final int number;
    private int files;

    Use(int number) {
      this.number = number;
    }
  }

  private final int maxRules;
  private final Map<UnwindRule, Use> uses = new HashMap<>();
  private final List<@Nullable UnwindRule> rules = new ArrayList<>();
  private final ArrayDeque<Integer> free = new ArrayDeque<>();

  public UnwindRules() {
    this(MAX_RULES);
  }

  UnwindRules(int maxRules) {
    this.maxRules = maxRules;
    acquire(UnwindRule.INVALID);
  }

  /** Numbers in use, from 0, and those between that are free. */
  public synchronized int size() {
    return rules.size();
  }

  /** The rule of a number, {@link FrameBase#INVALID} when it is free. */
  public synchronized UnwindRule get(int number) {
    UnwindRule rule = rules.get(number);
    return rule == null ? UnwindRule.INVALID : rule;
  }

  /** The number of a rule, with one more file that uses it; -1 when there is no room. */
  synchronized int acquire(UnwindRule rule) {
    Use use = uses.get(rule);
    if (use == null) {
      Integer number = free.poll();
      if (number == null && rules.size() == maxRules) {
        return -1;
      }
      use = new Use(number == null ? rules.size() : number);
      uses.put(rule, use);
      if (number == null) {
        rules.add(rule);
      } else {
        rules.set(number, rule);
      }
    }
    use.files++;
    return use.number;
  }

  /** One file less uses a rule. */
  synchronized void release(int number) {
    UnwindRule rule = rules.get(number);
    Use use = rule == null ? null : uses.get(rule);
    if (rule == null || use == null) {
      throw new IllegalStateException("a rule given back more often than taken");
    }
    use.files--;
    if (use.files == 0) {
      uses.remove(rule);
      rules.set(number, null);
      free.add(number);
    }
  }
}
