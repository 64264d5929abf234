package io.nodeflame.collector.record;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.nodeflame.discovery.Excluded;
import io.nodeflame.discovery.ProcessFacts;
import io.nodeflame.discovery.TargetResolver;
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

/** Which processes a recording is about. */
public final class ProcessSelection {
  private static final int MIN_ID_CHARS = 8;
  private static final long NANOS_PER_TICK = 10_000_000;
  private static final long GONE = -1;

  /** What the kernel appends to a link to a file that was removed or replaced since. */
  private static final String DELETED = " (deleted)";

  /** Start in ticks by pid: a pid that is used again is another process. */
  private final Map<Integer, Long> startTicks;

  private final Optional<String> container;
  private final Optional<String> program;

  private ProcessSelection(
      Map<Integer, Long> startTicks, Optional<String> container, Optional<String> program) {
    this.startTicks = Map.copyOf(startTicks);
    this.container = container;
    this.program = program;
  }

  /**
   * Checks that the processes exist; no pid and no container is the whole host.
   *
   * @throws IllegalArgumentException with a sentence for the user
   */
  public static ProcessSelection of(List<Integer> pids, Optional<String> container) {
    if (!pids.isEmpty() && container.isPresent()) {
      throw new IllegalArgumentException("--pid and --container exclude each other");
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
        });
    return new ProcessSelection(startTicks, container, program(startTicks.keySet()));
  }

  public boolean isWholeHost() {
    return startTicks.isEmpty() && container.isEmpty();
  }

  /** In words: {@code this host}, {@code 2 processes}, {@code container 0123456789ab}. */
  @Override
  public String toString() {
    if (startTicks.isEmpty()) {
      return container.map(id -> "container " + id).orElse("this host");
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
    return isWholeHost()
        ? resolver
        : process ->
            isSelected(process)
                ? resolver.resolve(process)
                : new Excluded(Excluded.Reason.OTHER_PROCESS);
  }

  private boolean isSelected(ProcessFacts process) {
    return container.isEmpty()
        ? startTicks.getOrDefault(process.pid(), GONE) == process.startNanos() / NANOS_PER_TICK
        : containerOf(process.pid()).filter(id -> id.startsWith(container.get())).isPresent();
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
