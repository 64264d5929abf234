package io.nodeflame.collector.doctor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A node made of literal files: a good one until a test changes it. */
final class FakeNode {
  private final Path root;

  FakeNode(Path root) {
    this.root = root;
    file("proc/sys/kernel/osrelease", "6.12.9-generic\n");
    file("proc/version", "Linux version 6.12.9-generic (builder) #1 SMP\n");
    file("sys/kernel/btf/vmlinux", "btf");
    file("sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
    status("CapEff:\t000001ffffffffff\nNSpid:\t4711\n");
    file("proc/self/uid_map", "         0          0 4294967295\n");
    file("proc/sys/kernel/perf_event_paranoid", "2\n");
    file("proc/sys/kernel/perf_event_max_sample_rate", "100000\n");
    file("proc/sys/kernel/kptr_restrict", "1\n");
    file("proc/sys/kernel/yama/ptrace_scope", "1\n");
    file(
        "proc/self/mountinfo",
        """
        24 31 0:22 / /sys rw,nosuid shared:7 - sysfs sysfs rw
        30 24 0:27 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate
        """);
    file("proc/1/comm", "systemd\n");
    file("proc/1/cgroup", "0::/init.scope\n");
    pidNamespace("pid:[4026531836]");
  }

  FakeNode file(String path, String content) {
    try {
      Path file = root.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  FakeNode without(String path) {
    try {
      Files.delete(root.resolve(path));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  FakeNode status(String fields) {
    return file("proc/self/status", "Name:\tjava\nUmask:\t0022\n" + fields);
  }

  FakeNode pidNamespace(String target) {
    try {
      Path link = root.resolve("proc/self/ns/pid");
      Files.createDirectories(link.getParent());
      Files.deleteIfExists(link);
      Files.createSymbolicLink(link, Path.of(target));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  NodeRoots roots() {
    return new NodeRoots(root.resolve("proc"), root.resolve("sys"));
  }
}
