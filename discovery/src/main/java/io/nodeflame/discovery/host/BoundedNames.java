package io.nodeflame.discovery.host;

import io.nodeflame.discovery.ProcessFacts;
import io.nodeflame.discovery.ServiceNames;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Lets a cgroup, which is a container or unit, have a few services of its own naming: each name is
 * a series, and a program could invent ever new ones. For one thread.
 */
final class BoundedNames {
  private static final int MAX_NAMES = 16;
  private static final int MAX_CGROUPS = 4096;

  private final Consumer<String> problems;
  private final Map<Long, Set<ServiceNames>> byCgroup =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Set<ServiceNames>> eldest) {
          return size() > MAX_CGROUPS;
        }
      };

  /**
   * @param problems takes a sentence each time that a name has no effect
   */
  BoundedNames(Consumer<String> problems) {
    this.problems = problems;
  }

  /** The process itself, or one that says nothing of its service. */
  ProcessFacts bound(ProcessFacts process) {
    if (process.service().equals(ServiceNames.NONE)) {
      return process;
    }
    Set<ServiceNames> names = byCgroup.computeIfAbsent(process.cgroupId(), id -> new HashSet<>());
    if (names.contains(process.service())) {
      return process;
    }
    if (names.size() < MAX_NAMES) {
      names.add(process.service());
      return process;
    }
    problems.accept(
        "processes of cgroup "
            + Long.toUnsignedString(process.cgroupId())
            + " publish more than "
            + MAX_NAMES
            + " services: what they say beyond has no effect");
    return process.withService(ServiceNames.NONE);
  }
}
