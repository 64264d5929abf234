package io.nodeflame.discovery;

import io.nodeflame.discovery.cgroup.CgroupTree;
import java.util.Map;

/**
 * Figures for metrics at one moment.
 *
 * @param targets distinct label sets in use
 * @param processes processes cached
 * @param evicted processes pushed out of the full cache since the start
 * @param unmatched cached processes without a target, by reason; every reason has an entry
 * @param excluded cached processes that are not wanted, by reason; every reason has an entry
 * @param cgroups figures of the cgroup tree
 */
public record DiscoveryStats(
    int targets,
    int processes,
    long evicted,
    Map<Unmatched.Reason, Integer> unmatched,
    Map<Excluded.Reason, Integer> excluded,
    CgroupTree.Stats cgroups) {
  public DiscoveryStats {
    unmatched = Map.copyOf(unmatched);
    excluded = Map.copyOf(excluded);
  }
}
