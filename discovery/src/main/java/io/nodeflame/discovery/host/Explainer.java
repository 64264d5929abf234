package io.nodeflame.discovery.host;

import io.nodeflame.discovery.CgroupFrequencies;
import io.nodeflame.discovery.ProcessFacts;
import io.nodeflame.discovery.Unmatched;
import io.nodeflame.discovery.cgroup.CgroupHierarchy;
import io.nodeflame.discovery.cgroup.CgroupTree;
import io.nodeflame.discovery.cgroup.ContainerId;
import io.nodeflame.discovery.cgroup.ProcessCgroups;
import io.nodeflame.discovery.pod.Pod;
import io.nodeflame.discovery.pod.PodContainer;
import io.nodeflame.discovery.target.Labelling;
import io.nodeflame.discovery.target.PodExplanation;
import io.nodeflame.discovery.target.PodTargets;
import io.nodeflame.discovery.target.TargetRules;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells the steps from a process to its labels, by what {@code /proc}, the cgroup tree and the pods
 * show now. It decides with the code that resolves samples, and changes nothing there. Keeps no
 * state: for any number of threads.
 */
public final class Explainer {
  /** The processes of a large node; each costs the reading of a file of one line. */
  private static final int MAX_SCANNED = 32_768;

  private static final int MAX_EXPLAINED = 32;

  /** The tree is read only for a process that moves meanwhile. */
  private static final CgroupTree.Limits TREE_LIMITS =
      new CgroupTree.Limits(4096, Duration.ofSeconds(1), Duration.ZERO);

  private final Supplier<TargetRules> rules;
  private final @Nullable PodTargets pods;
  private final Path procRoot;
  private final ProcFiles proc;
  private final CgroupHierarchy hierarchy;
  private final PublishedNames published;
  private final CgroupFrequencies frequencies;

  /**
   * @param rules those in force; asked for each process
   * @param pods null outside of Kubernetes
   * @param procRoot {@code /proc}, or where the host's is mounted
   * @param hierarchy whose cgroup ids are in the samples
   * @param published what processes say of themselves
   */
  public Explainer(
      Supplier<TargetRules> rules,
      @Nullable PodTargets pods,
      Path procRoot,
      CgroupHierarchy hierarchy,
      CgroupFrequencies frequencies,
      PublishedNames published) {
    this.frequencies = frequencies;
    this.rules = rules;
    this.pods = pods;
    this.procRoot = procRoot;
    this.proc = new ProcFiles(procRoot);
    this.hierarchy = hierarchy;
    this.published = published;
  }

  /** Whether there are pods to ask for. */
  public boolean knowsPods() {
    return pods != null;
  }

  /** Empty when there is no such process. */
  public Optional<Explanation> process(int pid) {
    return facts(pid).map(this::explain);
  }

  /** Empty when no living pod of this node has the name. */
  public Optional<PodReport> pod(String namespace, String name) {
    return Optional.ofNullable(pods).flatMap(p -> p.pod(namespace, name)).map(this::report);
  }

  private Explanation explain(ProcessFacts process) {
    OriginFinder origins =
        new OriginFinder(proc, new CgroupTree(hierarchy, TREE_LIMITS, System::nanoTime));
    Origin origin = origins.of(process);
    TargetRules current = rules.get();
    if (origin instanceof Origin.KernelThread kernel) {
      Labelling labelling = current.explainOther(kernel.name(), process);
      return explanation(process, Explanation.Kind.KERNEL_THREAD, "", Optional.empty(), labelling);
    }
    if (origin instanceof Origin.OfHost host) {
      Labelling labelling = current.explainOther(host.name(), process);
      return explanation(
          process, Explanation.Kind.HOST, host.cgroupPath(), Optional.empty(), labelling);
    }
    if (origin instanceof Origin.InContainer in) {
      return ofContainer(process, in, origins, current);
    }
    return new Explanation(
        process,
        Explanation.Kind.GONE,
        "",
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        frequency(process, Optional.empty()),
        new Unmatched(Unmatched.Reason.CGROUP_UNKNOWN));
  }

  private Explanation ofContainer(
      ProcessFacts process, Origin.InContainer in, OriginFinder origins, TargetRules current) {
    ContainerId container = in.container();
    Optional<PodExplanation> pod =
        Optional.ofNullable(pods).flatMap(p -> p.explain(container, process));
    if (pod.isPresent()) {
      return new Explanation(
          process,
          Explanation.Kind.CONTAINER,
          in.cgroupPath(),
          controllers(process.pid(), in.cgroupPath()),
          Optional.of(container),
          pod,
          pod.get().labelling(),
          frequency(process, Optional.of(container)),
          pod.get().resolution());
    }
    String name = origins.name(container, process, System.nanoTime());
    Labelling labelling =
        container.inPod()
            ? current.explainNamed(name, process)
            : current.explainOther(name, process);
    return explanation(
        process, Explanation.Kind.CONTAINER, in.cgroupPath(), Optional.of(container), labelling);
  }

  private Explanation explanation(
      ProcessFacts process,
      Explanation.Kind kind,
      String cgroupPath,
      Optional<ContainerId> container,
      Labelling labelling) {
    return new Explanation(
        process,
        kind,
        cgroupPath,
        controllers(process.pid(), cgroupPath),
        container,
        Optional.empty(),
        Optional.of(labelling),
        frequency(process, container),
        labelling.resolution());
  }

  private Explanation.Frequency frequency(ProcessFacts process, Optional<ContainerId> container) {
    int asked = container.isPresent() && pods != null ? pods.frequencyHz(container.get()) : 0;
    return new Explanation.Frequency(
        frequencies.hertz(process.cgroupId()), asked, frequencies.limit());
  }

  private List<String> controllers(int pid, String cgroupPath) {
    return proc.cgroups(pid).map(cgroups -> cgroups.controllersOf(cgroupPath)).orElse(List.of());
  }

  /** What a sample of it would tell. */
  private Optional<ProcessFacts> facts(int pid) {
    Optional<ProcessStat> stat = pid <= 0 ? Optional.empty() : proc.stat(pid);
    if (stat.isEmpty()) {
      return Optional.empty();
    }
    long startTicks = stat.get().startTicks();
    long startNanos = ProcessFacts.nanos(startTicks);
    ProcessFacts facts =
        new ProcessFacts(
            pid,
            startNanos,
            cgroupId(pid),
            stat.get().comm(),
            proc.executable(pid),
            published.of(pid, startTicks));
    // Asked last: then all of it was read from one process.
    return proc.stat(pid).filter(again -> again.startedAt(startNanos)).map(same -> facts);
  }

  /** 0 when it cannot be read. */
  private long cgroupId(int pid) {
    Optional<Path> directory =
        proc.cgroups(pid)
            .flatMap(cgroups -> cgroups.path(hierarchy.controllerName()))
            .flatMap(hierarchy::directory);
    try {
      return directory.isPresent()
              && Files.getAttribute(directory.get(), "unix:ino", LinkOption.NOFOLLOW_LINKS)
                  instanceof Number inode
          ? inode.longValue()
          : 0;
    } catch (IOException | SecurityException e) {
      return 0;
    }
  }

  private PodReport report(Pod pod) {
    Map<PodContainer, List<Explanation>> byContainer = new LinkedHashMap<>();
    pod.containers().forEach(container -> byContainer.put(container, new ArrayList<>()));
    List<Explanation> others = new ArrayList<>();
    int explained = 0;
    int leftOut = 0;
    for (int pid : pids()) {
      Optional<ContainerId> id = containerOf(pid).filter(container -> isIn(pod, container));
      if (id.isEmpty()) {
        continue;
      }
      if (explained == MAX_EXPLAINED) {
        leftOut++;
        continue;
      }
      Optional<Explanation> explanation = process(pid);
      if (explanation.isPresent()) {
        explained++;
        pod.container(id.get().id())
            .map(container -> byContainer.getOrDefault(container, others))
            .orElse(others)
            .add(explanation.get());
      }
    }
    List<PodReport.Container> containers = new ArrayList<>();
    byContainer.forEach(
        (container, processes) -> containers.add(new PodReport.Container(container, processes)));
    boolean namespaceKnown = pods != null && pods.isNamespaceKnown(pod.namespace());
    return new PodReport(pod, namespaceKnown, containers, others, leftOut);
  }

  private Optional<ContainerId> containerOf(int pid) {
    return proc.cgroups(pid).flatMap(ProcessCgroups::identifyingPath).flatMap(ContainerId::in);
  }

  /** By the cgroup path as far as it tells, else by what the status says. */
  private static boolean isIn(Pod pod, ContainerId container) {
    return container.inPod()
        ? container.podUid().equals(pod.uid()) || container.podUid().equals(pod.configHash())
        : pod.container(container.id()).isPresent();
  }

  private List<Integer> pids() {
    List<Integer> pids = new ArrayList<>();
    try (var entries = Files.newDirectoryStream(procRoot, "[1-9]*")) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (name.length() < 10 && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
          pids.add(Integer.parseInt(name));
        }
        if (pids.size() == MAX_SCANNED) {
          break;
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // What was seen of it counts.
    }
    Collections.sort(pids);
    return pids;
  }
}
