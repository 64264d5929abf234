package io.nodeflame.discovery.host;

import io.nodeflame.discovery.cgroup.CgroupHierarchy;
import io.nodeflame.discovery.cgroup.ContainerId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.Set;

/**
 * The program that a container was made to run: of the processes in its group the one that started
 * first, past init programs and shells that only start another. It names the container where no
 * runtime tells a name.
 */
final class ContainerMain {
  /** A container with more processes is named after the first ones that the kernel lists. */
  private static final int MAX_PROCESSES = 256;

  /** Where the container itself sits: crun and systemd put it into a group below. */
  private static final String[] GROUPS = {"", "container", "init.scope"};

  private static final Set<String> STARTERS =
      Set.of(
          "runc",
          "crun",
          "memfd:runc_cloned",
          "tini",
          "tini-static",
          "dumb-init",
          "catatonit",
          "docker-init",
          "podman-init",
          "s6-svscan",
          "s6-supervise",
          "pause",
          "sh",
          "bash",
          "dash",
          "ash",
          "busybox",
          "su-exec",
          "gosu",
          "sudo");

  /** A container may start its program late, or another one. */
  static final Validity VALID = Validity.of(Duration.ofMinutes(1));

  private static final int MAX_CONTAINERS = 1024;

  private record Name(String text, long foundAt) {}

  private final LinkedHashMap<String, Name> nameById = new LinkedHashMap<>(16, 0.75f, true);
  private final CgroupHierarchy hierarchy;
  private final ProcFiles proc;

  ContainerMain(CgroupHierarchy hierarchy, ProcFiles proc) {
    this.hierarchy = hierarchy;
    this.proc = proc;
  }

  /** The base name of its executable; empty when none was ever read. */
  String name(ContainerId container, long now) {
    Name known = nameById.get(container.id());
    if (known != null && now - known.foundAt() < VALID.nanos()) {
      return known.text();
    }
    String found = read(container);
    if (found.isEmpty()) {
      // The container has ended: its last samples keep its name.
      return known == null ? "" : known.text();
    }
    nameById.put(container.id(), new Name(found, now));
    if (nameById.size() > MAX_CONTAINERS) {
      nameById.remove(nameById.keySet().iterator().next());
    }
    return found;
  }

  private String read(ContainerId container) {
    Optional<Path> directory = hierarchy.directory(container.directory());
    if (directory.isEmpty()) {
      return "";
    }
    for (String group : GROUPS) {
      Path procs = directory.get().resolve(group).resolve("cgroup.procs");
      String name = ProcFiles.text(procs).map(this::earliest).orElse("");
      if (!name.isEmpty()) {
        return name;
      }
    }
    return "";
  }

  private String earliest(String pids) {
    String program = "";
    String starter = "";
    long programTicks = Long.MAX_VALUE;
    long starterTicks = Long.MAX_VALUE;
    int start = 0;
    for (int i = 0; i < MAX_PROCESSES && start < pids.length(); i++) {
      int newline = pids.indexOf('\n', start);
      int end = newline < 0 ? pids.length() : newline;
      int pid = pid(pids.substring(start, end));
      start = end + 1;
      long ticks = proc.stat(pid).map(ProcessStat::startTicks).orElse(Long.MAX_VALUE);
      if (ticks >= programTicks) {
        continue;
      }
      String name = proc.executable(pid);
      if (STARTERS.contains(name)) {
        starter = ticks < starterTicks ? name : starter;
        starterTicks = Math.min(ticks, starterTicks);
      } else if (!name.isEmpty()) {
        program = name;
        programTicks = ticks;
      }
    }
    return program.isEmpty() ? starter : program;
  }

  /** 0, which has no directory in {@code /proc}, for what is no pid. */
  private static int pid(String line) {
    try {
      return Math.max(0, Integer.parseInt(line));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
