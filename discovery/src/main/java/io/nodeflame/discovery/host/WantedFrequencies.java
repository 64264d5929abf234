package io.nodeflame.discovery.host;

import io.nodeflame.discovery.CgroupFrequencies;
import io.nodeflame.discovery.cgroup.CgroupTree;
import io.nodeflame.discovery.cgroup.ContainerId;
import io.nodeflame.discovery.target.PodTargets;
import io.nodeflame.discovery.target.TargetRules;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The cgroups whose pods ask for more samples than others have. A cgroup comes in with its first
 * sample, and goes when its pod, the pod's wish or its directory does. To be used by one thread.
 */
final class WantedFrequencies {
  static final int MAX_CGROUPS = 1024;

  /** A deleted pod and the directory of a container that has ended go without an event. */
  private static final long LOOK_NANOS = Duration.ofSeconds(10).toNanos();

  private record Wish(ContainerId container, String path, int hertz) {}

  private final PodTargets pods;
  private final CgroupTree tree;
  private final CgroupFrequencies frequencies;
  private final Map<Long, Wish> wishes = new HashMap<>();
  private @Nullable TargetRules rules;
  private long podsVersion;
  private long lookedAt;

  /**
   * Nobody asks for anything yet.
   *
   * @param tree that leads from a cgroup id to its path
   * @param frequencies is told of each change
   */
  WantedFrequencies(PodTargets pods, CgroupTree tree, CgroupFrequencies frequencies) {
    this.pods = pods;
    this.tree = tree;
    this.frequencies = frequencies;
  }

  /**
   * A process of this cgroup has become a target of the container.
   *
   * @param current takes the problem when there is no room
   */
  void found(long cgroupId, ContainerId container, TargetRules current) {
    int hertz = pods.frequencyHz(container);
    Wish old = wishes.get(cgroupId);
    if (hertz == (old == null ? 0 : old.hertz())) {
      return;
    }
    if (hertz == 0) {
      wishes.remove(cgroupId);
      tell();
      return;
    }
    // The path that told the container may be another hierarchy's: the id must be the container's
    // own, not one that other processes of the node share.
    Optional<String> path =
        tree.known(cgroupId)
            .filter(p -> ContainerId.in(p).filter(c -> c.id().equals(container.id())).isPresent());
    if (path.isPresent() && (old != null || hasRoom(current))) {
      wishes.put(cgroupId, new Wish(container, path.get(), hertz));
      tell();
    }
  }

  private boolean hasRoom(TargetRules current) {
    if (wishes.size() >= MAX_CGROUPS) {
      current.say(
          MAX_CGROUPS
              + " cgroups are sampled more often already, which is the most: others that ask for it"
              + " are sampled like all");
    }
    return wishes.size() < MAX_CGROUPS;
  }

  /**
   * Looks whether the wishes still hold, when pods or rules have changed, and every few seconds.
   *
   * @param current the rules in force
   */
  void follow(long now, TargetRules current) {
    if (wishes.isEmpty()) {
      return;
    }
    long version = pods.version(); // asked first: a change after it is looked at next time
    if (version == podsVersion && current == rules && now - lookedAt < LOOK_NANOS) {
      return;
    }
    podsVersion = version;
    rules = current;
    lookedAt = now;
    boolean isChanged = false;
    for (Iterator<Map.Entry<Long, Wish>> each = wishes.entrySet().iterator(); each.hasNext(); ) {
      Map.Entry<Long, Wish> entry = each.next();
      Wish wish = entry.getValue();
      int hertz = isThere(entry.getKey(), wish) ? pods.frequencyHz(wish.container()) : 0;
      if (hertz == 0) {
        each.remove();
      } else if (hertz != wish.hertz()) {
        entry.setValue(new Wish(wish.container(), wish.path(), hertz));
      }
      isChanged |= hertz != wish.hertz();
    }
    if (isChanged) {
      tell();
    }
  }

  private boolean isThere(long cgroupId, Wish wish) {
    return tree.learn(cgroupId, wish.path());
  }

  private void tell() {
    Map<Long, Integer> hertzByCgroup = new HashMap<>();
    wishes.forEach((id, wish) -> hertzByCgroup.put(id, wish.hertz()));
    frequencies.ask(hertzByCgroup);
  }
}
