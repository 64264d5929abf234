package io.nodeflame.discovery.target;

import io.nodeflame.discovery.ProcessFacts;
import io.nodeflame.discovery.Resolution;
import io.nodeflame.discovery.ServiceNames;
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
import java.util.function.BooleanSupplier;
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

  private record Key(String containerId, String executable, String comm, ServiceNames service) {}

  /** Holds while what it is made from is the same. */
  private record Decision(
      Pod pod,
      @Nullable PodContainer container,
      Optional<NamespaceMeta> namespace,
      TargetRules rules,
      Resolution resolution) {}

  private final PodIndex pods;
  private final NamespaceIndex namespaces;
  private final Duration patience;
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
    this.patience = patience;
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

  /** What a look-up means. */
  private enum Verdict {
    LABELLED,
    AMBIGUOUS,
    NO_POD,
    WAITING,
    UNKNOWN
  }

  /**
   * @param isPatient asked only when it counts
   */
  private static Verdict verdict(ContainerId container, PodMatch match, BooleanSupplier isPatient) {
    if (match instanceof PodMatch.Found) {
      return Verdict.LABELLED;
    }
    if (match instanceof PodMatch.Ambiguous) {
      return Verdict.AMBIGUOUS;
    }
    if (!container.inPod()) {
      return Verdict.NO_POD;
    }
    if (isPatient.getAsBoolean()) {
      return Verdict.WAITING;
    }
    return match instanceof PodMatch.ContainerUnknown ? Verdict.LABELLED : Verdict.UNKNOWN;
  }

  /** The resolution of a process; empty when its container is in no pod. */
  public Optional<Resolution> resolve(ContainerId container, ProcessFacts process) {
    PodMatch match = pods.find(container.id(), container.podUid());
    if (match instanceof PodMatch.Found) {
      misses.forget(container.id());
    }
    Verdict verdict = verdict(container, match, () -> misses.isPatient(container.id()));
    return verdict == Verdict.NO_POD
        ? Optional.empty()
        : Optional.of(
            verdict == Verdict.LABELLED
                ? decide(container, podOf(match), containerOf(match), process)
                : unlabelled(verdict, container, process));
  }

  /**
   * The same with the steps that lead to it; empty when its container is in no pod. Nothing is
   * changed by it: no wait begins, and no problem is counted.
   */
  public Optional<PodExplanation> explain(ContainerId container, ProcessFacts process) {
    PodMatch match = pods.find(container.id(), container.podUid());
    Optional<Duration> waited = misses.waited(container.id());
    Verdict verdict =
        verdict(container, match, () -> waited.orElse(Duration.ZERO).compareTo(patience) < 0);
    if (verdict == Verdict.NO_POD) {
      return Optional.empty();
    }
    if (verdict != Verdict.LABELLED) {
      return Optional.of(
          new PodExplanation(
              match,
              verdict == Verdict.WAITING ? waited : Optional.empty(),
              match instanceof PodMatch.ContainerUnknown known
                  && isNamespaceKnown(known.pod().namespace()),
              Optional.empty(),
              unlabelled(verdict, container, process)));
    }
    Pod pod = podOf(match);
    Optional<NamespaceMeta> namespace = namespaces.find(pod.namespace());
    Labelling labelling = rules.explainPod(pod, containerOf(match), namespace, process);
    return Optional.of(
        new PodExplanation(
            match,
            Optional.empty(),
            namespace.isPresent(),
            Optional.of(labelling),
            labelling.resolution()));
  }

  /** A living pod by its name; the first of several, which the API server never has. */
  public Optional<Pod> pod(String namespace, String name) {
    for (Pod pod : pods.pods()) {
      if (pod.name().equals(name) && pod.namespace().equals(namespace)) {
        return Optional.of(pod);
      }
    }
    return Optional.empty();
  }

  public boolean isNamespaceKnown(String name) {
    return namespaces.find(name).isPresent();
  }

  /**
   * The samples per second and CPU that the pod of a container asks for; 0 when it asks for none,
   * or is not known or not wanted.
   */
  public int frequencyHz(ContainerId container) {
    PodMatch match = pods.find(container.id(), container.podUid());
    return match instanceof PodMatch.Found || match instanceof PodMatch.ContainerUnknown
        ? rules.frequencyHz(podOf(match))
        : 0;
  }

  private Resolution unlabelled(Verdict verdict, ContainerId container, ProcessFacts process) {
    return switch (verdict) {
      case WAITING -> new Waiting(container.id(), () -> inPod(container, process));
      case AMBIGUOUS -> new Unmatched(Unmatched.Reason.POD_AMBIGUOUS);
      default -> new Unmatched(Unmatched.Reason.POD_UNKNOWN);
    };
  }

  private static Pod podOf(PodMatch match) {
    if (match instanceof PodMatch.Found found) {
      return found.pod();
    }
    if (match instanceof PodMatch.ContainerUnknown known) {
      return known.pod();
    }
    throw new IllegalStateException(match + " has no pod");
  }

  private static @Nullable PodContainer containerOf(PodMatch match) {
    return match instanceof PodMatch.Found found ? found.container() : null;
  }

  private Resolution inPod(ContainerId container, ProcessFacts process) {
    return resolve(container, process).orElseGet(() -> new Unmatched(Unmatched.Reason.POD_UNKNOWN));
  }

  private Resolution decide(
      ContainerId id, Pod pod, @Nullable PodContainer container, ProcessFacts process) {
    Optional<NamespaceMeta> namespace = namespaces.find(pod.namespace());
    TargetRules current = rules;
    Key key = new Key(id.id(), process.executable(), process.comm(), process.service());
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
