package io.nodeflame.collector.record;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.nodeflame.discovery.Excluded;
import io.nodeflame.discovery.Labels;
import io.nodeflame.discovery.ProcessFacts;
import io.nodeflame.discovery.Resolution;
import io.nodeflame.discovery.Target;
import io.nodeflame.discovery.TargetResolver;
import io.nodeflame.discovery.Waiting;
import io.nodeflame.discovery.cgroup.ContainerId;
import io.nodeflame.discovery.cgroup.ProcessCgroups;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Stream;

/** Which processes a recording is about. */
public final class ProcessSelection {
  private static final int MIN_ID_CHARS = 8;
  private static final long GONE = -1;

  /** What the kernel appends to a link to a file that was removed or replaced since. */
  private static final String DELETED = " (deleted)";

  /** Start in ticks by pid: a pid that is used again is another process. */
  private final Map<Integer, Long> startTicks;

  private final Optional<String> container;
  private final Optional<PodName> pod;
  private final Optional<String> program;

  /** A pod by its labels, as {@code NAMESPACE/NAME}. */
  private record PodName(String namespace, String name) {
    boolean isOf(Labels labels) {
      return labels.value(Labels.NAMESPACE).equals(namespace)
          && labels.value(Labels.POD).equals(name);
    }

    @Override
    public String toString() {
      return namespace + "/" + name;
    }
  }

  private ProcessSelection(
      Map<Integer, Long> startTicks,
      Optional<String> container,
      Optional<PodName> pod,
      Optional<String> program) {
    this.startTicks = Map.copyOf(startTicks);
    this.container = container;
    this.pod = pod;
    this.program = program;
  }

  /**
   * Checks that the processes exist, and some in the container; no pid, no container and no pod is
   * the whole host.
   *
   * @param pod {@code NAMESPACE/NAME}
   * @throws IllegalArgumentException with a sentence for the user
   */
  public static ProcessSelection of(
      List<Integer> pids, Optional<String> container, Optional<String> pod) {
    int kinds =
        (pids.isEmpty() ? 0 : 1) + (container.isPresent() ? 1 : 0) + (pod.isPresent() ? 1 : 0);
    if (kinds > 1) {
      throw new IllegalArgumentException("--pid, --container and --pod exclude each other");
    }
    Map<Integer, Long> startTicks = new HashMap<>();
    for (int pid : pids) {
      long ticks = pid <= 0 ? GONE : startTicks(pid);
      if (ticks == GONE) {
        throw new IllegalArgumentException("--pid " + pid + ": there is no such process");
      }
      startTicks.put(pid, ticks);
    }
    container.ifPresent(
        id -> {
          if (id.length() < MIN_ID_CHARS) {
            throw new IllegalArgumentException(
                "--container " + id + ": at least " + MIN_ID_CHARS + " characters");
          }
          if (!runs(id)) {
            throw new IllegalArgumentException(
                "--container " + id + ": no process of this host is in such a container");
          }
        });
    return new ProcessSelection(
        startTicks, container, pod.map(ProcessSelection::podName), program(startTicks.keySet()));
  }

  private static PodName podName(String text) {
    int slash = text.indexOf('/');
    if (slash <= 0 || slash == text.length() - 1 || text.indexOf('/', slash + 1) >= 0) {
      throw new IllegalArgumentException("--pod " + text + ": NAMESPACE/NAME");
    }
    return new PodName(text.substring(0, slash), text.substring(slash + 1));
  }

  public boolean isWholeHost() {
    return startTicks.isEmpty() && container.isEmpty() && pod.isEmpty();
  }

  /** Whether somebody knows the pod that was selected, asked by its namespace and its name. */
  public boolean isKnownTo(BiPredicate<String, String> pods) {
    return pod.isPresent() && pods.test(pod.get().namespace, pod.get().name);
  }

  /** Whether a pod was selected: its processes are known by the labels of discovery alone. */
  public boolean isPod() {
    return pod.isPresent();
  }

  /**
   * In words: {@code this host}, {@code 2 processes}, {@code container 0123456789ab}, {@code pod
   * a/b}.
   */
  @Override
  public String toString() {
    if (startTicks.isEmpty()) {
      return container
          .map(id -> "container " + id)
          .or(() -> pod.map(name -> "pod " + name))
          .orElse("this host");
    }
    return startTicks.size() == 1 ? "1 process" : startTicks.size() + " processes";
  }

  /** The file that all selected processes ran when they were selected, if it is one and known. */
  public Optional<String> program() {
    return program;
  }

  /** Whether processes were selected and all of them are gone. */
  public boolean hasEnded() {
    for (Map.Entry<Integer, Long> process : startTicks.entrySet()) {
      if (startTicks(process.getKey()) == process.getValue()) {
        return false;
      }
    }
    return !startTicks.isEmpty();
  }

  /** A resolver that excludes every other process. */
  public TargetResolver narrow(TargetResolver resolver) {
    if (pod.isPresent()) {
      return process -> ofPod(pod.get(), resolver.resolve(process));
    }
    return isWholeHost()
        ? resolver
        : process ->
            isSelected(process)
                ? resolver.resolve(process)
                : new Excluded(Excluded.Reason.OTHER_PROCESS);
  }

  /** Whoever waits may turn out to be of the pod. */
  private static Resolution ofPod(PodName pod, Resolution resolution) {
    if (resolution instanceof Waiting waiting) {
      return new Waiting(waiting.container(), () -> ofPod(pod, waiting.settle()));
    }
    return resolution instanceof Target target && pod.isOf(target.labels())
        ? target
        : new Excluded(Excluded.Reason.OTHER_PROCESS);
  }

  private boolean isSelected(ProcessFacts process) {
    return container.isEmpty()
        ? startTicks.getOrDefault(process.pid(), GONE) == process.startTicks()
        : isInContainer(process.pid(), container.get());
  }

  private static boolean isInContainer(int pid, String idStart) {
    return containerOf(pid).filter(id -> id.startsWith(idStart)).isPresent();
  }

  private static boolean runs(String idStart) {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes
          .map(process -> process.getFileName().toString())
          .filter(name -> name.matches("[0-9]{1,9}"))
          .anyMatch(name -> isInContainer(Integer.parseInt(name), idStart));
    } catch (IOException e) {
      return true; // not known: the recording will tell
    }
  }

  private static Optional<String> program(Set<Integer> pids) {
    Set<String> files = new HashSet<>();
    for (int pid : pids) {
      try {
        String file = Files.readSymbolicLink(Path.of("/proc/" + pid + "/exe")).toString();
        boolean isDeleted = file.endsWith(DELETED);
        files.add(isDeleted ? file.substring(0, file.length() - DELETED.length()) : file);
      } catch (IOException e) {
        return Optional.empty(); // it is gone, has none, or is not ours to read
      }
    }
    return files.size() == 1 ? files.stream().findFirst() : Optional.empty();
  }

  /** Field 22 of {@code /proc/PID/stat}; the name before it may hold anything, but ends last. */
  private static long startTicks(int pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), ISO_8859_1);
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 21);
      // A zombie runs no more, unless it is a leader whose other threads do.
      boolean isDead = fields[0].equals("Z") && Long.parseLong(fields[17]) <= 1;
      return isDead ? GONE : Long.parseLong(fields[19]);
    } catch (IOException e) {
      return GONE;
    }
  }

  private static Optional<String> containerOf(int pid) {
    try {
      String text = Files.readString(Path.of("/proc/" + pid + "/cgroup"));
      return ProcessCgroups.parse(text)
          .identifyingPath()
          .flatMap(ContainerId::in)
          .map(ContainerId::id);
    } catch (IOException e) {
      return Optional.empty(); // it is gone
    }
  }
}
