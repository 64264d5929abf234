package io.nodeflame.discovery.pod;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The pods of this node, found by what a cgroup path holds: the id of the container, and the uid of
 * the pod or the hash that stands for it. The path is made by kubelet and decides; an id in a
 * status is what somebody wrote, and counts only as far as the path does not contradict it.
 *
 * <p>Deleted pods stay findable for a bounded time, since samples come late. Looking up never waits
 * for a writer; writers wait for each other.
 */
public final class PodIndex {
  /**
   * Figures at one moment.
   *
   * @param pods known to the API server
   * @param deleted gone, and still findable
   * @param containers of the living pods
   * @param waiting containers of living pods that the status gives no id for yet
   * @param bytes of all of them, estimated from above
   * @param conflicts since the start, how often a pod claimed a container or hash that another
   *     living pod claims already: a status or annotation that is wrong or forged
   * @param contradictions since the start, how often a cgroup path named a pod that is not known,
   *     and a container that another pod claims
   * @param dropped since the start, pods that there was no room for
   */
  public record Stats(
      int pods,
      int deleted,
      int containers,
      int waiting,
      long bytes,
      long conflicts,
      long contradictions,
      long dropped) {}

  private record Entry(Pod pod, int bytes, boolean deleted, long deletedNanos) {}

  private final PodIndexLimits limits;
  private final LongSupplier monotonicNanos;
  private final Consumer<String> warnings;
  private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();
  private final Claims claims = new Claims();
  private final AtomicLong version = new AtomicLong();
  private final AtomicLong contradictions = new AtomicLong();

  /** In the order of their deletion. */
  private final LinkedHashSet<String> deletedUids = new LinkedHashSet<>();

  private long bytes;
  private long conflicts;
  private long dropped;

  /**
   * Empty.
   *
   * @param monotonicNanos a clock such as {@link System#nanoTime}
   * @param warnings takes one sentence each time; called by the writing thread
   */
  public PodIndex(PodIndexLimits limits, LongSupplier monotonicNanos, Consumer<String> warnings) {
    this.limits = limits;
    this.monotonicNanos = monotonicNanos;
    this.warnings = warnings;
  }

  /** Rises with every change that a look-up could see; a change of time alone is none. */
  public long version() {
    return version.get();
  }

  /** Adds a pod, or replaces it; a deleted one lives again. */
  public synchronized void put(Pod pod) {
    dropExpired();
    Entry old = entries.get(pod.uid());
    if (old != null && !old.deleted && old.pod.equals(pod)) {
      return;
    }
    Entry entry = new Entry(pod, Footprint.of(pod), false, 0);
    if (!makeRoom(entry.bytes - (old == null ? 0 : old.bytes), pod.uid())) {
      drop(pod);
      return;
    }
    countConflicts(pod, old);
    replace(old, entry);
    deletedUids.remove(pod.uid());
    version.incrementAndGet();
  }

  /** Marks a pod as deleted; nothing happens when it is not known. */
  public synchronized void delete(String uid) {
    dropExpired();
    Entry old = entries.get(uid);
    if (old == null || old.deleted) {
      return;
    }
    entries.put(uid, new Entry(old.pod, old.bytes, true, monotonicNanos.getAsLong()));
    deletedUids.add(uid);
    while (deletedUids.size() > limits.maxDeleted()) {
      forget(deletedUids.iterator().next());
    }
    version.incrementAndGet();
  }

  /**
   * The pod and container of a process.
   *
   * @param containerId 64 hex digits from the cgroup path
   * @param podUid the uid or hash from the cgroup path, or empty when a cgroup namespace hides it
   */
  public PodMatch find(String containerId, String podUid) {
    if (podUid.isEmpty()) {
      return among(claims.uids(containerId), containerId, false);
    }
    Entry entry = visible(podUid);
    if (entry != null) {
      return in(entry, containerId);
    }
    PodMatch match = among(claims.uids(podUid), containerId, true);
    if (match instanceof PodMatch.NotFound && !claims.uids(containerId).isEmpty()) {
      contradictions.incrementAndGet();
    }
    return match;
  }

  /** The living pods, in no order. */
  public List<Pod> pods() {
    List<Pod> pods = new ArrayList<>(entries.size());
    for (Entry entry : entries.values()) {
      if (!entry.deleted) {
        pods.add(entry.pod);
      }
    }
    return pods;
  }

  /** Counts through all pods; not for the hot path. */
  public synchronized Stats stats() {
    dropExpired();
    int containers = 0;
    int waiting = 0;
    for (Pod pod : pods()) {
      containers += pod.containers().size();
      for (PodContainer container : pod.containers()) {
        waiting += container.id().isEmpty() && !pod.isFinished() ? 1 : 0;
      }
    }
    return new Stats(
        entries.size() - deletedUids.size(),
        deletedUids.size(),
        containers,
        waiting,
        bytes,
        conflicts,
        contradictions.get(),
        dropped);
  }

  /**
   * One of several candidates: a living pod before a deleted one, and two of a kind is ambiguous.
   *
   * @param byPath the cgroup path led here, so that the container need not be known
   */
  private PodMatch among(List<String> uids, String containerId, boolean byPath) {
    Entry best = null;
    int equals = 0;
    for (String uid : uids) {
      Entry entry = visible(uid);
      if (entry != null && (byPath || entry.pod.container(containerId).isPresent())) {
        int order =
            best == null ? 1 : Integer.compare(rank(entry, containerId), rank(best, containerId));
        equals = order > 0 ? 1 : order == 0 ? equals + 1 : equals;
        best = order > 0 ? entry : best;
      }
    }
    if (best == null) {
      return PodMatch.NotFound.NOT_FOUND;
    }
    return equals > 1 ? new PodMatch.Ambiguous(equals) : in(best, containerId);
  }

  private static int rank(Entry entry, String containerId) {
    return (entry.deleted ? 0 : 2) + (entry.pod.container(containerId).isPresent() ? 1 : 0);
  }

  private static PodMatch in(Entry entry, String containerId) {
    return entry
        .pod
        .container(containerId)
        .<PodMatch>map(container -> new PodMatch.Found(entry.pod, container, entry.deleted))
        .orElseGet(() -> new PodMatch.ContainerUnknown(entry.pod, entry.deleted));
  }

  private @Nullable Entry visible(String uid) {
    Entry entry = entries.get(uid);
    return entry == null || isExpired(entry) ? null : entry;
  }

  private boolean isExpired(Entry entry) {
    return entry.deleted
        && monotonicNanos.getAsLong() - entry.deletedNanos > limits.deletedKept().toNanos();
  }

  private void dropExpired() {
    Iterator<String> oldest = deletedUids.iterator();
    while (oldest.hasNext()) {
      Entry entry = entries.get(oldest.next());
      if (entry != null && !isExpired(entry)) {
        return;
      }
      oldest.remove();
      if (entry != null) {
        release(entry);
      }
    }
  }

  /** Deleted pods go first, then finished ones; running ones stay. */
  private boolean makeRoom(int needed, String exceptUid) {
    if (bytes + needed <= limits.maxBytes()) {
      return true;
    }
    List<String> victims = new ArrayList<>(deletedUids);
    for (Pod pod : pods()) {
      if (pod.isFinished()) {
        victims.add(pod.uid());
      }
    }
    for (String uid : victims) {
      if (!uid.equals(exceptUid)) {
        forget(uid);
      }
      if (bytes + needed <= limits.maxBytes()) {
        return true;
      }
    }
    return false;
  }

  private void drop(Pod pod) {
    dropped++;
    if (dropped == 1) {
      warnings.accept(
          "The memory for pods is full ("
              + limits.maxBytes()
              + " bytes): "
              + pod.namespace()
              + "/"
              + pod.name()
              + " and others that follow have no labels; said once, counted each time");
    }
  }

  private void forget(String uid) {
    deletedUids.remove(uid);
    Entry entry = entries.get(uid);
    if (entry != null) {
      release(entry);
    }
  }

  private void release(Entry entry) {
    String uid = entry.pod.uid();
    entries.remove(uid);
    for (String key : Claims.keys(entry.pod)) {
      claims.remove(key, uid);
    }
    bytes -= entry.bytes;
    version.incrementAndGet();
  }

  private void replace(@Nullable Entry old, Entry entry) {
    String uid = entry.pod.uid();
    List<String> keys = Claims.keys(entry.pod);
    entries.put(uid, entry);
    for (String key : keys) {
      claims.add(key, uid);
    }
    bytes += entry.bytes;
    if (old != null) {
      for (String key : Claims.keys(old.pod)) {
        if (!keys.contains(key)) {
          claims.remove(key, uid);
        }
      }
      bytes -= old.bytes;
    }
  }

  private void countConflicts(Pod pod, @Nullable Entry old) {
    List<String> before = old == null || old.deleted ? List.of() : Claims.keys(old.pod);
    for (String key : Claims.keys(pod)) {
      Pod other = before.contains(key) ? null : livingClaimant(key, pod.uid());
      if (other != null) {
        conflicts++;
        if (conflicts == 1) {
          warnings.accept(conflict(key, pod, other));
        }
      }
    }
  }

  private @Nullable Pod livingClaimant(String key, String exceptUid) {
    for (String uid : claims.uids(key)) {
      Entry entry = entries.get(uid);
      if (entry != null && !entry.deleted && !uid.equals(exceptUid)) {
        return entry.pod;
      }
    }
    return null;
  }

  private static String conflict(String key, Pod pod, Pod other) {
    return "Two pods, "
        + other.namespace()
        + "/"
        + other.name()
        + " and "
        + pod.namespace()
        + "/"
        + pod.name()
        + ", both claim "
        + key
        + ": the pod in the cgroup path gets the samples; said once, counted each time";
  }
}
