package io.nodeflame.collector.record;

import io.nodeflame.discovery.Excluded;
import io.nodeflame.discovery.ProcessFacts;
import io.nodeflame.discovery.TargetResolver;
import io.nodeflame.discovery.cgroup.ContainerId;
import io.nodeflame.discovery.cgroup.ProcessCgroups;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which processes a recording is about. */
public final class ProcessSelection {
  private static final int MIN_ID_CHARS = 8;

  private final Set<Integer> pids;
  private final Optional<String> container;

  private ProcessSelection(Set<Integer> pids, Optional<String> container) {
    this.pids = pids;
    this.container = container;
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
    for (int pid : pids) {
      if (pid <= 0 || !Files.exists(Path.of("/proc/" + pid))) {
        throw new IllegalArgumentException("--pid " + pid + ": there is no such process");
      }
    }
    container.ifPresent(
        id -> {
          if (id.length() < MIN_ID_CHARS) {
            throw new IllegalArgumentException(
                "--container " + id + ": at least " + MIN_ID_CHARS + " characters");
          }
        });
    return new ProcessSelection(Set.copyOf(pids), container);
  }

  public boolean isWholeHost() {
    return pids.isEmpty() && container.isEmpty();
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
        ? pids.contains(process.pid())
        : containerOf(process.pid()).filter(id -> id.startsWith(container.get())).isPresent();
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
