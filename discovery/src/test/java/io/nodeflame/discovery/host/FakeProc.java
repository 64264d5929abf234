package io.nodeflame.discovery.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A {@code /proc} in a temporary directory. */
final class FakeProc {
  private static final long KERNEL_THREAD_FLAGS = 0x0020_8040;

  private final Path root;

  FakeProc(Path root) {
    this.root = root;
  }

  Path root() {
    return root;
  }

  void kernelThread(int pid, String comm) throws IOException {
    stat(pid, comm, KERNEL_THREAD_FLAGS, 1);
    Files.writeString(dir(pid).resolve("cgroup"), "0::/\n");
  }

  void process(int pid, long startTicks, String executable, String cgroup) throws IOException {
    stat(pid, "main", 0x40_0000, startTicks);
    Files.writeString(dir(pid).resolve("cgroup"), cgroup);
    Files.deleteIfExists(dir(pid).resolve("exe"));
    Files.createSymbolicLink(dir(pid).resolve("exe"), Path.of(executable));
  }

  void arguments(int pid, String... arguments) throws IOException {
    Files.writeString(dir(pid).resolve("cmdline"), String.join("\0", arguments) + "\0");
  }

  void end(int pid) throws IOException {
    for (String name : new String[] {"cgroup", "stat", "exe", "cmdline"}) {
      Files.deleteIfExists(dir(pid).resolve(name));
    }
    Files.delete(root.resolve(Integer.toString(pid)));
  }

  private void stat(int pid, String comm, long flags, long startTicks) throws IOException {
    Files.writeString(
        dir(pid).resolve("stat"),
        pid
            + " ("
            + comm
            + ") S 1 1 1 0 -1 "
            + flags
            + " 5 0 3 0 1 2 0 0 20 0 1 0 "
            + startTicks
            + " 2158592 107 18446744073709551615\n");
  }

  private Path dir(int pid) throws IOException {
    return Files.createDirectories(root.resolve(Integer.toString(pid)));
  }
}
