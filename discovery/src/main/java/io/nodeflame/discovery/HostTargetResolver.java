package io.nodeflame.discovery;

import io.nodeflame.discovery.cgroup.CgroupTree;
import io.nodeflame.discovery.cgroup.ContainerId;
import io.nodeflame.discovery.cgroup.SystemdUnit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Resolves processes by what the host itself shows: {@code /proc} and the cgroup tree.
 *
 * <p>{@code service_name} is, first that is set: for a kernel thread {@code kernel/FAMILY}; in a
 * container the program that the container runs; the systemd unit; the executable's base name; the
 * command name. A container's id is no label: its number over time has no bound.
 *
 * <p>To be used by one thread.
 */
public final class HostTargetResolver implements TargetResolver {
  /** Enough for the processes of a large node. */
  public static final int DEFAULT_MAX_PROCESSES = 4096;

  private static final long UNMATCHED_VALID_NANOS = Duration.ofSeconds(1).toNanos();

  /** For a process whose executable and thread have only blank names: its CPU time is real. */
  private static final String NAMELESS = "[nameless]";

  private final DiscoverySettings settings;
  private final ProcFiles proc;
  private final CgroupTree tree;
  private final ProcessPlace place;
  private final ContainerMain containerMain;
  private final ProcessCache cache;
  private final LongSupplier monotonicNanos;

  /**
   * Reads nothing yet.
   *
   * @param procRoot {@code /proc}, or where the host's is mounted
   * @param maxProcesses how many processes are remembered; about half a KiB each
   * @param monotonicNanos a clock such as {@link System#nanoTime}
   */
  public HostTargetResolver(
      DiscoverySettings settings,
      Path procRoot,
      CgroupTree tree,
      int maxProcesses,
      LongSupplier monotonicNanos) {
    if (maxProcesses < 1) {
      throw new IllegalArgumentException("maxProcesses " + maxProcesses + " is below 1");
    }
    this.settings = settings;
    this.proc = new ProcFiles(procRoot);
    this.tree = tree;
    this.place = new ProcessPlace(proc, tree);
    this.containerMain = new ContainerMain(tree.hierarchy(), proc);
    this.cache = new ProcessCache(maxProcesses);
    this.monotonicNanos = monotonicNanos;
  }

  @Override
  public Resolution resolve(ProcessFacts process) {
    long now = monotonicNanos.getAsLong();
    Resolution known = cache.find(process, now);
    return known != null ? known : decide(process, now);
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

  private Resolution decide(ProcessFacts process, long now) {
    if (isKernelThread(process)) {
      Resolution kernel = other(KernelThreadName.of(process.comm()));
      return cache.keep(process, kernel, now, Long.MAX_VALUE);
    }
    Optional<String> path = place.of(process);
    if (path.isEmpty()) {
      Unmatched gone = new Unmatched(Unmatched.Reason.CGROUP_UNKNOWN);
      return cache.keep(process, gone, now, UNMATCHED_VALID_NANOS);
    }
    Optional<ContainerId> container = ContainerId.in(path.get());
    if (container.isPresent()) {
      Resolution resolution = ofContainer(process, container.get(), now);
      return cache.keep(process, resolution, now, ContainerMain.VALID_NANOS);
    }
    Optional<String> unit = SystemdUnit.of(path.get()).flatMap(SystemdUnit::serviceName);
    Resolution resolution = other(unit.orElseGet(() -> ownName(process)));
    long valid = resolution instanceof Unmatched ? UNMATCHED_VALID_NANOS : Long.MAX_VALUE;
    return cache.keep(process, resolution, now, valid);
  }

  private boolean isKernelThread(ProcessFacts process) {
    if (process.pid() == 0) {
      return true;
    }
    if (!process.executable().isEmpty()) {
      return false;
    }
    Optional<ProcessStat> stat =
        proc.stat(process.pid()).filter(s -> s.startedAt(process.startNanos()));
    return stat.map(ProcessStat::isKernelThread)
        .orElseGet(() -> KernelThreadName.isSurely(process.comm()));
  }

  private Resolution ofContainer(ProcessFacts process, ContainerId container, long now) {
    if (!container.inPod() && !settings.otherProcesses()) {
      return new Excluded(Excluded.Reason.OTHER_PROCESS);
    }
    String main = containerMain.name(container, now);
    return named(main.isEmpty() ? ownName(process) : main);
  }

  private Resolution other(String name) {
    return settings.otherProcesses() ? named(name) : new Excluded(Excluded.Reason.OTHER_PROCESS);
  }

  private Resolution named(String name) {
    String plain = PlainText.of(name, ExecutableName.MAX_CHARS);
    if (plain.isEmpty()) {
      return new Unmatched(Unmatched.Reason.NAME_UNKNOWN);
    }
    TreeMap<String, String> labels = new TreeMap<>(settings.staticLabels());
    if (!settings.nodeName().isEmpty()) {
      labels.put(Labels.NODE, settings.nodeName());
    }
    labels.put(Labels.SERVICE_NAME, plain);
    return new Target(Labels.of(labels));
  }

  /** The facts' own name, else the link in {@code /proc}, else the command name; may be empty. */
  private String ownName(ProcessFacts process) {
    if (!process.executable().isEmpty()) {
      return process.executable();
    }
    String linked = proc.executable(process.pid());
    String name = linked.isEmpty() || !isSame(process) ? process.comm() : linked;
    String plain = ExecutableName.of(name);
    return plain.isEmpty() ? NAMELESS : plain;
  }

  private boolean isSame(ProcessFacts process) {
    return proc.stat(process.pid()).filter(s -> s.startedAt(process.startNanos())).isPresent();
  }
}
