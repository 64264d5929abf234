package io.nodeflame.discovery;

import java.util.Map;

/** What samples cgroups more often than others where their pods ask for it. For any thread. */
public interface CgroupFrequencies {
  /** Nobody is sampled more often than others, and nothing is known of how often. */
  CgroupFrequencies NONE =
      new CgroupFrequencies() {
        @Override
        public void ask(Map<Long, Integer> hertzByCgroup) {}

        @Override
        public int hertz(long cgroupId) {
          return 0;
        }

        @Override
        public String limit() {
          return "";
        }
      };

  /**
   * Asks for so many samples per second and CPU; replaces what was asked for before.
   *
   * @param hertzByCgroup by cgroup id, as samples tell it
   */
  void ask(Map<Long, Integer> hertzByCgroup);

  /** Samples per second and CPU that a cgroup has; 0 when that is not known. */
  int hertz(long cgroupId);

  /** Why a cgroup has fewer than were asked for, a clause; empty when all have. */
  String limit();
}
