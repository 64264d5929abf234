package io.nodeflame.collector.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.collector.config.ConfigLoader;
import io.nodeflame.collector.config.NodeflameConfig;
import io.nodeflame.collector.config.SamplingConfig;
import io.nodeflame.collector.doctor.CheckResult.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChecksTest {
  @TempDir Path dir;
  private FakeNode node;

  @BeforeEach
  void goodNode() {
    node = new FakeNode(dir);
  }

  private static void assertOk(Check check) {
    CheckResult result = check.run();
    assertEquals(Status.OK, result.status(), result::toString);
    assertEquals("", result.fix());
  }

  private static void assertResult(Status status, String part, Check check) {
    CheckResult result = check.run();
    assertEquals(status, result.status(), result::toString);
    assertTrue(result.what().contains(part), result::toString);
    assertTrue(!result.fix().isEmpty(), result::toString);
  }

  private KernelCheck kernel(SamplingConfig.Event event) {
    return new KernelCheck(node.roots(), event);
  }

  @Test
  void everyCheckOfAGoodNodeIsOk() {
    for (Check check : DoctorChecks.of(node.roots(), NodeflameConfig.DEFAULT)) {
      if (!(check instanceof WritableDirectoryCheck)) {
        assertOk(check);
      }
    }
  }

  @Test
  void everyCheckOfANodeWithoutFilesHasAResult() {
    Path nothing = dir.resolve("nothing");
    NodeRoots roots = new NodeRoots(nothing, nothing);
    DoctorReport report = new Doctor(DoctorChecks.of(roots, NodeflameConfig.DEFAULT)).run();
    assertTrue(report.count(Status.FAILED) >= 8, report::toString);
    for (CheckResult result : report.results()) {
      assertTrue(!result.what().contains("broke"), result::toString);
    }
  }

  @Test
  void kernel() {
    assertOk(kernel(SamplingConfig.Event.CPU_CLOCK));
    node.file("proc/sys/kernel/osrelease", "6.18.2\n");
    assertOk(kernel(SamplingConfig.Event.CPU_CLOCK));
    assertResult(Status.WARNING, "250 ms", kernel(SamplingConfig.Event.CYCLES));
    node.file("proc/sys/kernel/osrelease", "6.2.0-37-generic\n");
    assertResult(Status.FAILED, "freeze", kernel(SamplingConfig.Event.CPU_CLOCK));
    node.file("proc/sys/kernel/osrelease", "5.4.0\n");
    assertResult(Status.FAILED, "older than 5.10", kernel(SamplingConfig.Event.CPU_CLOCK));
    node.file("proc/sys/kernel/osrelease", "\u001b[31mLinux\n");
    assertResult(Status.FAILED, "cannot be read", kernel(SamplingConfig.Event.CPU_CLOCK));
  }

  @Test
  void btf() {
    assertOk(new BtfCheck(node.roots()));
    node.without("sys/kernel/btf/vmlinux");
    assertResult(Status.FAILED, "/sys/kernel/btf/vmlinux", new BtfCheck(node.roots()));
  }

  @Test
  void lockdown() {
    assertOk(new LockdownCheck(node.roots()));
    node.file("sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
    assertOk(new LockdownCheck(node.roots()));
    node.file("sys/kernel/security/lockdown", "none integrity [confidentiality]\n");
    assertResult(Status.FAILED, "confidentiality", new LockdownCheck(node.roots()));
    node.without("sys/kernel/security/lockdown");
    assertOk(new LockdownCheck(node.roots()));
  }

  @ParameterizedTest
  @CsvSource({
    // CAP_SETUID and friends: what a container gets by default
    "BPF, 00000000a80425fb, FAILED, no BPF program",
    "PERFMON, 00000000a80425fb, FAILED, no perf event",
    "SYS_PTRACE, 00000000a80425fb, FAILED, memory of other processes",
    "SYS_RESOURCE, 00000000a80425fb, FAILED, RLIMIT_MEMLOCK",
    "DAC_READ_SEARCH, 00000000a80425fb, WARNING, files that others",
    "SYSLOG, 00000000a80425fb, WARNING, kernel functions",
    "CHECKPOINT_RESTORE, 00000000a80425fb, WARNING, deleted",
    // CAP_SYS_ADMIN alone: enough for three, not for the others
    "SYS_PTRACE, 0000000000200000, FAILED, memory of other processes",
    "SYSLOG, 0000000000200000, WARNING, kernel functions",
    "BPF, nonsense, FAILED, does not say"
  })
  void missingCapability(Capability capability, String effective, Status status, String part) {
    node.status("CapEff:\t" + effective + "\nNSpid:\t1\n");
    assertResult(status, part, new CapabilityCheck(node.roots(), capability));
  }

  @ParameterizedTest
  @CsvSource({
    "BPF, 0000008000000000",
    "PERFMON, 0000004000000000",
    "SYS_PTRACE, 0000000000080000",
    "DAC_READ_SEARCH, 0000000000000004",
    "SYSLOG, 0000000400000000",
    "CHECKPOINT_RESTORE, 0000010000000000",
    "SYS_RESOURCE, 0000000001000000",
    "SYS_ADMIN, 0000000000200000",
    "SYS_ADMIN, 0000000000000000",
    "BPF, 0000000000200000",
    "PERFMON, 0000000000200000",
    "CHECKPOINT_RESTORE, 0000000000200000"
  })
  void capabilityThatIsThereOrNotNeeded(Capability capability, String effective) {
    node.status("CapEff:\t" + effective + "\nNSpid:\t1\n");
    assertOk(new CapabilityCheck(node.roots(), capability));
  }

  @Test
  void lockedMemoryMattersBefore511Only() {
    assertTrue(!names().contains("CAP_SYS_RESOURCE"));
    node.file("proc/sys/kernel/osrelease", "5.10.209\n");
    assertTrue(names().contains("CAP_SYS_RESOURCE"));
  }

  private List<String> names() {
    return new Doctor(DoctorChecks.of(node.roots(), NodeflameConfig.DEFAULT))
        .run().results().stream().map(CheckResult::name).toList();
  }

  @Test
  void userNamespace() {
    assertOk(new UserNamespaceCheck(node.roots()));
    node.file("proc/self/uid_map", "         0     100000      65536\n");
    assertResult(Status.FAILED, "user namespace", new UserNamespaceCheck(node.roots()));
  }

  @Test
  void perfParanoid() {
    assertOk(new PerfParanoidCheck(node.roots()));
    node.file("proc/sys/kernel/perf_event_paranoid", "-1\n");
    assertOk(new PerfParanoidCheck(node.roots()));
    node.file("proc/sys/kernel/perf_event_paranoid", "4\n");
    assertResult(Status.WARNING, "level 4", new PerfParanoidCheck(node.roots()));
    node.without("proc/sys/kernel/perf_event_paranoid");
    assertResult(Status.FAILED, "no perf events", new PerfParanoidCheck(node.roots()));
  }

  @Test
  void sampleRate() {
    assertOk(new SampleRateCheck(node.roots(), 1000));
    node.file("proc/sys/kernel/perf_event_max_sample_rate", "99\n");
    assertOk(new SampleRateCheck(node.roots(), 99));
    assertResult(Status.FAILED, "99 Hz", new SampleRateCheck(node.roots(), 100));
    node.file("proc/sys/kernel/perf_event_max_sample_rate", "many\n");
    assertResult(Status.WARNING, "does not say", new SampleRateCheck(node.roots(), 100));
  }

  @Test
  void kernelSymbols() {
    assertOk(new KernelSymbolsCheck(node.roots()));
    node.file("proc/sys/kernel/kptr_restrict", "2\n");
    assertResult(Status.WARNING, "no names", new KernelSymbolsCheck(node.roots()));
  }

  @Test
  void ptraceScope() {
    assertOk(new PtraceScopeCheck(node.roots()));
    node.file("proc/sys/kernel/yama/ptrace_scope", "3\n");
    assertResult(Status.WARNING, "level 3", new PtraceScopeCheck(node.roots()));
    node.without("proc/sys/kernel/yama/ptrace_scope");
    assertOk(new PtraceScopeCheck(node.roots()));
  }

  @Test
  void cgroups() {
    assertTrue(new CgroupCheck(node.roots()).run().what().contains("/sys/fs/cgroup"));
    String v1 = "31 24 0:28 / /sys/fs/cgroup/cpu rw shared:1 - cgroup cgroup rw,cpu\n";
    String v2 = "32 24 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";
    node.file("proc/self/mountinfo", v1 + v2);
    assertResult(Status.WARNING, "hybrid", new CgroupCheck(node.roots()));
    node.file("proc/self/mountinfo", v1);
    assertResult(Status.WARNING, "version 1 only", new CgroupCheck(node.roots()));
    node.file("proc/self/mountinfo", "1 2 0:3 / /my\\040-\\040cgroup2 rw - ext4 cgroup2 rw\n");
    assertResult(Status.FAILED, "no cgroup file system", new CgroupCheck(node.roots()));
    node.without("proc/self/mountinfo");
    assertResult(Status.FAILED, "cannot be read", new CgroupCheck(node.roots()));
  }

  /** What a pod reads, whose own cgroup namespace begins three levels below the node's. */
  @Test
  void aPartOfTheCgroups() {
    CgroupCheck check = new CgroupCheck(node.roots());
    node.file("proc/1/cgroup", "0::/../../../init.scope\n");
    assertResult(Status.WARNING, "and process 1 is in /../../../init.scope", check);
    String mount = "31 24 0:28 %s /sys/fs/cgroup ro - cgroup2 cgroup ro\n";
    node.file("proc/self/mountinfo", mount.formatted("/../../.."));
    assertOk(check);
    node.file("proc/self/mountinfo", mount.formatted("/../../../kubepods"));
    assertResult(Status.WARNING, "shows groups below /../../../kubepods alone", check);
    node.without("proc/1/cgroup");
    assertOk(check);
  }

  /** A node in a container of version 1, whose groups are below that of the container. */
  @Test
  void aPartOfTheCgroupsOfVersion1() {
    String mount = "31 24 0:28 /docker/c0ffee /sys/fs/cgroup/pids ro - cgroup cgroup rw,pids\n";
    node.file("proc/self/mountinfo", mount);
    node.file("proc/1/cgroup", "8:pids:/docker/c0ffee/init.scope\n0::/\n");
    assertResult(Status.WARNING, "version 1 only", new CgroupCheck(node.roots()));
    node.file("proc/1/cgroup", "8:pids:/init.scope\n0::/\n");
    assertResult(Status.WARNING, "alone, and process 1", new CgroupCheck(node.roots()));
  }

  @Test
  void pidNamespace() {
    PidNamespaceCheck check = new PidNamespaceCheck(node.roots());
    assertOk(check);
    node.pidNamespace("pid:[4026532999]");
    assertOk(check);
    assertTrue(check.run().what().contains("container itself (pid 1 is systemd): all that runs"));
    node.file("proc/1/comm", "java\n");
    assertResult(Status.FAILED, "pid 1 is 'java'", check);
    node.without("proc/1/comm");
    assertResult(Status.FAILED, "no other process", check);
    node.status("NSpid:\t4711\t1\n");
    assertResult(Status.FAILED, "another pid namespace", check);
    node.without("proc/self/status");
    assertResult(Status.FAILED, "cannot be read", check);
  }

  private static WritableDirectoryCheck directoryCheck(Path directory, long neededBytes) {
    return new WritableDirectoryCheck(
        "cache", new WritableDirectoryCheck.Keys("a.dir", "a.size"), directory, neededBytes);
  }

  /** The words by which a user finds what to change. */
  @Test
  void theCheckOfTheSymbolCacheNamesItsKey() throws Exception {
    Path file = Files.writeString(dir.resolve("file"), "x");
    NodeflameConfig config =
        ConfigLoader.load("symbols: { cacheDir: " + file + " }", Map.of()).config();
    CheckResult result =
        new Doctor(DoctorChecks.of(node.roots(), config))
            .run().results().stream()
                .filter(each -> each.name().equals("symbol cache"))
                .findFirst()
                .orElseThrow();
    assertEquals(Status.FAILED, result.status());
    assertEquals("symbols.cacheDir: " + file + " is not a directory", result.what());
    assertTrue(result.fix().contains("set symbols.cacheDir to another"), result::toString);
  }

  @Test
  void writableDirectory() throws IOException {
    Path cache = Files.createDirectories(dir.resolve("cache"));
    assertOk(directoryCheck(cache, 1));
    try (Stream<Path> left = Files.list(cache)) {
      assertEquals(0, left.count());
    }
    Path later = cache.resolve("a/b");
    CheckResult created = directoryCheck(later, 1).run();
    assertEquals(later + " can be created", created.what());
    assertTrue(!Files.exists(later));
    assertResult(Status.WARNING, "free", directoryCheck(cache, Long.MAX_VALUE));
    assertTrue(directoryCheck(cache, Long.MAX_VALUE).run().fix().endsWith("lower a.size"));
    Path file = Files.writeString(dir.resolve("file"), "x");
    assertResult(Status.FAILED, "is not a directory", directoryCheck(file.resolve("d"), 1));
    // procfs refuses new files, also to root
    assertResult(
        Status.FAILED,
        "a.dir: /proc/self cannot be written",
        directoryCheck(Path.of("/proc/self"), 1));
  }

  @Test
  void lossesWithoutCapabilities() {
    Path proc = node.roots().proc();
    assertEquals(List.of(), RequiredCapabilities.losses(proc));
    node.status("CapEff:\t000000c400080004\n"); // no CHECKPOINT_RESTORE
    List<String> losses = RequiredCapabilities.losses(proc);
    assertEquals(1, losses.size(), losses::toString);
    assertTrue(losses.get(0).startsWith("CAP_CHECKPOINT_RESTORE is missing: deleted"));
    node.status("CapEff:\t0000000000200000\n"); // SYS_ADMIN alone
    assertEquals(3, RequiredCapabilities.losses(proc).size());
    node.status("CapEff:\t0000000000000000\n");
    assertEquals(4, RequiredCapabilities.losses(proc).size());
    node.status("CapEff:\tnumber\n");
    assertEquals(List.of(), RequiredCapabilities.losses(proc));
  }
}
