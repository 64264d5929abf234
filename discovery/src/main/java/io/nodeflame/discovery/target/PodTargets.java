package io.nodeflame.discovery.target;

import io.nodeflame.discovery.ProcessFacts;
import io.nodeflame.discovery.Resolution;
import io.nodeflame.discovery.Unmatched;
import io.nodeflame.discovery.Waiting;
import io.nodeflame.discovery.cgroup.ContainerId;
import io.nodeflame.discovery.pod.NamespaceIndex;
import io.nodeflame.discovery.pod.NamespaceMeta;
import io.nodeflame.discovery.pod.Pod;
import io.nodeflame.discovery.pod.PodContainer;
import io.nodeflame.discovery.pod.PodIndex;
import io.nodeflame.discovery.pod.PodMatch;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The targets of processes in pods. A container that the API server has not told of yet is waited
 * for; so that its samples are not labelled wrongly. For any number of threads.
 */
public final class PodTargets {
  /** A kubelet tells of a container within a second or two; a busy API server takes longer. */
  public static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(60);

  private static final int MAX_DECISIONS = 4096;

  private record Key(String containerId, String executable, String comm) {}

  /** Holds while what it is made from is the same. */
  private record Decision(
      Pod pod,
      @Nullable PodContainer container,
      Optional<NamespaceMeta> namespace,
      TargetRules rules,
      Resolution resolution) {}

  private final PodIndex pods;
  private final NamespaceIndex namespaces;
  private final FirstMisses misses;
  private final BoundedCache<Key, Decision> decisions = new BoundedCache<>(MAX_DECISIONS);
  private volatile TargetRules rules;

  /**
   * @param patience how long a container is waited for from its first sample on
   * @param monotonicNanos a clock such as {@link System#nanoTime}
   */
  public PodTargets(
      PodIndex pods,
      NamespaceIndex namespaces,
      TargetRules rules,
      Duration patience,
      LongSupplier monotonicNanos) {
    this.pods = pods;
    this.namespaces = namespaces;
    this.rules = rules;
    this.misses = new FirstMisses(patience.toNanos(), monotonicNanos);
  }

  /** What is resolved from now on follows these rules. */
  public void use(TargetRules newRules) {
    this.rules = newRules;
  }

  /** Rises with every change of a pod or namespace. */
  public long version() {
    return pods.version() + namespaces.version();
  }

  /** The resolution of a process; empty when its container is in no pod. */
  public Optional<Resolution> resolve(ContainerId container, ProcessFacts process) {
    PodMatch match = pods.find(container.id(), container.podUid());
    if (match instanceof PodMatch.Found found) {
      misses.forget(container.id());
      return Optional.of(decide(container, found.pod(), found.container(), process));
    }
    if (match instanceof PodMatch.Ambiguous) {
      return Optional.of(new Unmatched(Unmatched.Reason.POD_AMBIGUOUS));
    }
    if (!container.inPod()) {
      return Optional.empty();
    }
    if (misses.isPatient(container.id())) {
      return Optional.of(new Waiting(container.id(), () -> inPod(container, process)));
    }
    return Optional.of(
        match instanceof PodMatch.ContainerUnknown known
            ? decide(container, known.pod(), null, process)
            : new Unmatched(Unmatched.Reason.POD_UNKNOWN));
  }

  private Resolution inPod(ContainerId container, ProcessFacts process) {
    return resolve(container, process).orElseGet(() -> new Unmatched(Unmatched.Reason.POD_UNKNOWN));
  }

  private Resolution decide(
      ContainerId id, Pod pod, @Nullable PodContainer container, ProcessFacts process) {
    Optional<NamespaceMeta> namespace = namespaces.find(pod.namespace());
    TargetRules current = rules;
    Key key = new Key(id.id(), process.executable(), process.comm());
    Decision known = decisions.find(key);
    if (known != null
        && known.pod.equals(pod)
        && Objects.equals(known.container, container)
        && known.rules == current
        && known.namespace.equals(namespace)) {
      return known.resolution;
    }
    Resolution resolution = current.ofPod(pod, container, namespace, process);
    decisions.keep(key, new Decision(pod, container, namespace, current, resolution));
    return resolution;
  }
}
