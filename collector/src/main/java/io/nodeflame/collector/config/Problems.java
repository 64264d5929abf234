package io.nodeflame.collector.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong, up to a bound: a file of nonsense gets a short answer. */
final class Problems {
  static final int MAX_PROBLEMS = 100;

  private final List<Problem> list = new ArrayList<>();
  private int heldBack;

  void add(int line, String key, String value, String allowed) {
    if (list.size() == MAX_PROBLEMS) {
      heldBack++;
      return;
    }
    list.add(new Problem(line, key, value, allowed));
  }

  /**
   * @throws ConfigException when there is any problem
   */
  void throwIfAny() throws ConfigException {
    if (list.isEmpty()) {
      return;
    }
    List<Problem> sorted = new ArrayList<>(list);
    sorted.sort(Comparator.comparingInt(Problem::line));
    if (heldBack > 0) {
      sorted.add(new Problem(0, "", "", "and " + heldBack + " more problems"));
    }
    throw new ConfigException(sorted);
  }
}
