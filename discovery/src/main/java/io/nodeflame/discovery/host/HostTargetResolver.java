package io.nodeflame.discovery.host;

import io.nodeflame.discovery.CgroupFrequencies;
import io.nodeflame.discovery.DiscoveryStats;
import io.nodeflame.discovery.ProcessFacts;
import io.nodeflame.discovery.Resolution;
import io.nodeflame.discovery.Target;
import io.nodeflame.discovery.TargetResolver;
import io.nodeflame.discovery.Unmatched;
import io.nodeflame.discovery.Waiting;
import io.nodeflame.discovery.cgroup.CgroupTree;
import io.nodeflame.discovery.cgroup.ContainerId;
import io.nodeflame.discovery.target.PodTargets;
import io.nodeflame.discovery.target.TargetRules;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Resolves processes by what the host itself shows: {@code /proc} and the cgroup tree, and in
 * Kubernetes by the pod that a container is of.
 *
 * <p>Outside of known pods, {@code service_name} is, first that is set: for a kernel thread {@code
 * kernel/FAMILY}; what the process publishes; in a container the program that the container runs;
 * the systemd unit; of a {@code java} launcher the main class or JAR that it runs; the executable's
 * base name; the command name. A container's id is no label: its number over time has no bound.
 *
 * <p>To be used by one thread, but for {@link #use}.
 */
public final class HostTargetResolver implements TargetResolver {
  /** Enough for the processes of a large node. */
  public static final int DEFAULT_MAX_PROCESSES = 4096;

  /** What is not known now may be soon. */
  private static final Validity UNMATCHED = Validity.of(Duration.ofSeconds(1));

  private final @Nullable PodTargets pods;
  private final @Nullable WantedFrequencies wanted;
  private final CgroupTree tree;
  private final OriginFinder origins;
  private final ProcessCache cache;
  private final BoundedNames names = new BoundedNames(problem -> rules().say(problem));
  private final LongSupplier monotonicNanos;
  private volatile TargetRules rules;
  private TargetRules cachedRules;

  /**
   * Reads nothing yet.
   *
   * @param pods null outside of Kubernetes
   * @param procRoot {@code /proc}, or where the host's is mounted
   * @param maxProcesses how many processes are remembered; about half a KiB each
   * @param monotonicNanos a clock such as {@link System#nanoTime}
   */
  public HostTargetResolver(
      TargetRules rules,
      @Nullable PodTargets pods,
      Path procRoot,
      CgroupTree tree,
      int maxProcesses,
      LongSupplier monotonicNanos) {
    this(rules, pods, procRoot, tree, maxProcesses, monotonicNanos, CgroupFrequencies.NONE);
  }

  /**
   * The same, where pods may ask for more samples.
   *
   * @param frequencies is asked in the thread that resolves
   */
  public HostTargetResolver(
      TargetRules rules,
      @Nullable PodTargets pods,
      Path procRoot,
      CgroupTree tree,
      int maxProcesses,
      LongSupplier monotonicNanos,
      CgroupFrequencies frequencies) {
    if (maxProcesses < 1) {
      throw new IllegalArgumentException("maxProcesses " + maxProcesses + " is below 1");
    }
    this.rules = rules;
    this.cachedRules = rules;
    this.pods = pods;
    this.wanted = pods == null ? null : new WantedFrequencies(pods, tree, frequencies);
    this.tree = tree;
    this.origins = new OriginFinder(new ProcFiles(procRoot), tree);
    this.cache = new ProcessCache(maxProcesses);
    this.monotonicNanos = monotonicNanos;
  }

  @Override
  public Resolution resolve(ProcessFacts asked) {
    ProcessFacts process = names.bound(asked);
    TargetRules current = rules;
    if (current != cachedRules) {
      cachedRules = current;
      cache.clear();
    }
    long now = monotonicNanos.getAsLong();
    if (wanted != null) {
      wanted.follow(now, current);
    }
    Resolution known = cache.find(process, now, pods == null ? 0 : pods.version());
    return known != null ? known : decide(process, now);
  }

  /** What is resolved from now on follows these rules. For any thread. */
  public void use(TargetRules newRules) {
    if (pods != null) {
      pods.use(newRules);
    }
    rules = newRules;
  }

  /** Counts over the cached processes; not for the hot path. */
  public DiscoveryStats stats() {
    return new DiscoveryStats(
        cache.targets(),
        cache.processes(),
        cache.evicted(),
        cache.unmatched(),
        cache.excluded(),
        tree.stats());
  }

  /** The rules in force. For any thread. */
  public TargetRules rules() {
    return rules;
  }

  private Resolution decide(ProcessFacts process, long now) {
    Origin origin = origins.of(process);
    if (origin instanceof Origin.KernelThread kernel) {
      Resolution resolution = cachedRules.ofOther(kernel.name(), process);
      return cache.keep(process, resolution, now, Validity.ALWAYS);
    }
    if (origin instanceof Origin.InContainer in) {
      return ofContainer(process, in.container(), now);
    }
    if (origin instanceof Origin.OfHost host) {
      Resolution resolution = cachedRules.ofOther(host.name(), process);
      return cache.keep(process, resolution, now, validity(resolution, Validity.ALWAYS));
    }
    Unmatched gone = new Unmatched(Unmatched.Reason.CGROUP_UNKNOWN);
    return cache.keep(process, gone, now, UNMATCHED);
  }

  private static Validity validity(Resolution resolution, Validity otherwise) {
    return resolution instanceof Unmatched || resolution instanceof Waiting ? UNMATCHED : otherwise;
  }

  private Resolution ofContainer(ProcessFacts process, ContainerId container, long now) {
    if (pods != null) {
      long version = pods.version(); // asked first: a change after it makes this one void
      Optional<Resolution> ofPod = pods.resolve(container, process);
      if (ofPod.isPresent()) {
        if (wanted != null && ofPod.get() instanceof Target) {
          wanted.found(process.cgroupId(), container, cachedRules);
        }
        Validity valid = validity(ofPod.get(), Validity.whilePodsAre(version));
        return cache.keep(process, ofPod.get(), now, valid);
      }
    }
    String name = origins.name(container, process, now);
    Resolution resolution =
        container.inPod() ? cachedRules.named(name, process) : cachedRules.ofOther(name, process);
    return cache.keep(process, resolution, now, ContainerMain.VALID);
  }
}
