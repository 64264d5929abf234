package io.nodeflame.discovery.host;

import io.nodeflame.discovery.ExecutableName;
import io.nodeflame.discovery.ProcessFacts;
import io.nodeflame.discovery.cgroup.ProcessCgroups;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads the small files of {@code /proc}, each up to a bound; empty when they cannot be read. */
final class ProcFiles {
  /** Twelve hierarchies of a path of 4096 bytes each. */
  private static final int MAX_BYTES = 64 * 1024;

  private final Path procRoot;

  ProcFiles(Path procRoot) {
    this.procRoot = procRoot;
  }

  Optional<ProcessCgroups> cgroups(int pid) {
    return text(file(pid, "cgroup")).map(ProcessCgroups::parse);
  }

  Optional<ProcessStat> stat(int pid) {
    return text(file(pid, "stat")).flatMap(ProcessStat::parse);
  }

  /** The same; empty as well when the pid is another process's by now. */
  Optional<ProcessStat> stat(ProcessFacts process) {
    return stat(process.pid()).filter(stat -> stat.startedAt(process.startNanos()));
  }

  /** The base name of the executable; empty for kernel threads. */
  String executable(int pid) {
    try {
      return ExecutableName.of(Files.readSymbolicLink(file(pid, "exe")).toString());
    } catch (IOException | InvalidPathException | SecurityException e) {
      return "";
    }
  }

  /** What a process was started with, its own name first; it may have written over it. */
  List<String> arguments(int pid) {
    return text(file(pid, "cmdline")).map(all -> List.of(all.split("\0", -1))).orElse(List.of());
  }

  /** This process as this {@code /proc} numbers it; -1 where it does not. */
  int ownPid() {
    try {
      return Integer.parseInt(Files.readSymbolicLink(procRoot.resolve("self")).toString());
    } catch (IOException | InvalidPathException | SecurityException | NumberFormatException e) {
      return -1;
    }
  }

  /** The text of any file that is not a link, decoded with replacement. */
  static Optional<String> text(Path file) {
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of(new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8));
    } catch (IOException | SecurityException e) {
      return Optional.empty();
    }
  }

  private Path file(int pid, String name) {
    return procRoot.resolve(Integer.toString(pid)).resolve(name);
  }
}
