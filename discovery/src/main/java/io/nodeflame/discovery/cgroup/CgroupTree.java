package io.nodeflame.discovery.cgroup;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * From a cgroup id, the inode of its directory, to its path, by reading the directories of one
 * hierarchy.
 *
 * <p>Known ids stay. A miss reads the tree again, at most once per interval. The id of a removed
 * directory stays resolvable for a while, so that the last samples of a short process still find
 * their container; kernfs never gives an id to a second directory (it counts generations in the
 * upper half). Groups close to the root are found first: a container that makes directories without
 * end below its own cannot push others out of a full table.
 *
 * <p>To be used by one thread.
 */
public final class CgroupTree {
  /**
   * The bounds of a tree.
   *
   * @param maxGroups how many ids are kept; about 250 bytes each
   * @param minRescan the shortest time between two readings of the tree
   * @param keepRemoved how long the id of a removed directory stays resolvable after the reading
   *     that missed it
   */
  public record Limits(int maxGroups, Duration minRescan, Duration keepRemoved) {
    public static final Limits DEFAULT =
        new Limits(16_384, Duration.ofSeconds(1), Duration.ofMinutes(2));

    public Limits {
      if (maxGroups < 1 || minRescan.isNegative() || keepRemoved.isNegative()) {
        throw new IllegalArgumentException("limits below zero, or no group at all");
      }
    }
  }

  /**
   * Figures for metrics.
   *
   * @param groups ids known now
   * @param rescans readings of the tree since the start
   * @param notKept groups of the last reading that found no room
   */
  public record Stats(int groups, long rescans, long notKept) {}

  /** {@code missedAt} is the time of the first reading that did not find the directory. */
  private record Group(String path, boolean removed, long missedAt) {
    static Group present(String path) {
      return new Group(path, false, 0);
    }
  }

  private final CgroupHierarchy hierarchy;
  private final Limits limits;
  private final LongSupplier monotonicNanos;
  private Map<Long, Group> groups = new HashMap<>();
  private long rescans;
  private long lastRescan;
  private long notKept;

  /**
   * Reads nothing yet.
   *
   * @param monotonicNanos a clock such as {@link System#nanoTime}
   */
  public CgroupTree(CgroupHierarchy hierarchy, Limits limits, LongSupplier monotonicNanos) {
    this.hierarchy = hierarchy;
    this.limits = limits;
    this.monotonicNanos = monotonicNanos;
  }

  public CgroupHierarchy hierarchy() {
    return hierarchy;
  }

  /** The path of an id if it is known already; never reads the tree. */
  public Optional<String> known(long cgroupId) {
    return Optional.ofNullable(groups.get(cgroupId)).map(Group::path);
  }

  /** The path of an id; unknown ids lead to a reading of the tree when the last one is old. */
  public Optional<String> find(long cgroupId) {
    if (!groups.containsKey(cgroupId) && mayRescan()) {
      rescan();
    }
    return known(cgroupId);
  }

  /**
   * Remembers one path without reading the tree, if its directory has this id.
   *
   * @return whether the directory's inode is the id
   */
  public boolean learn(long cgroupId, String path) {
    boolean same =
        hierarchy
            .directory(path)
            .flatMap(CgroupDirectory::read)
            .filter(directory -> directory.inode() == cgroupId)
            .isPresent();
    if (same && (groups.containsKey(cgroupId) || groups.size() < limits.maxGroups())) {
      groups.put(cgroupId, Group.present(path));
    }
    return same;
  }

  public Stats stats() {
    return new Stats(groups.size(), rescans, notKept);
  }

  private boolean mayRescan() {
    return rescans == 0 || monotonicNanos.getAsLong() - lastRescan >= limits.minRescan().toNanos();
  }

  private void rescan() {
    lastRescan = monotonicNanos.getAsLong();
    rescans++;
    Map<Long, Group> next = new HashMap<>(groups.size() * 2);
    notKept =
        CgroupScan.run(
            hierarchy, limits.maxGroups(), (id, path) -> next.put(id, stillPresent(id, path)));
    groups.forEach((id, old) -> keepRemoved(id, old, next));
    groups = next;
  }

  /** Keeps the old value where it holds, for the sake of memory. */
  private Group stillPresent(long cgroupId, String path) {
    Group old = groups.get(cgroupId);
    return old != null && !old.removed() && old.path().equals(path) ? old : Group.present(path);
  }

  private void keepRemoved(Long cgroupId, Group old, Map<Long, Group> next) {
    if (next.containsKey(cgroupId) || next.size() >= limits.maxGroups()) {
      return;
    }
    if (!old.removed()) {
      next.put(cgroupId, new Group(old.path(), true, lastRescan));
    } else if (lastRescan - old.missedAt() < limits.keepRemoved().toNanos()) {
      next.put(cgroupId, old);
    }
  }
}
