package io.nodeflame.discovery.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nodeflame.discovery.DiscoverySettings;
import io.nodeflame.discovery.DiscoveryStats;
import io.nodeflame.discovery.Excluded;
import io.nodeflame.discovery.ProcessFacts;
import io.nodeflame.discovery.Resolution;
import io.nodeflame.discovery.ServiceNames;
import io.nodeflame.discovery.Target;
import io.nodeflame.discovery.Unmatched;
import io.nodeflame.discovery.cgroup.CgroupHierarchy;
import io.nodeflame.discovery.cgroup.CgroupTree;
import io.nodeflame.discovery.target.TargetRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostTargetResolverTest {
  private static final String ID =
      "ff2285df92115cefe84c0f709decedaa309542b53e4c53b1a398de5342ac5377";
  private static final String POD =
      "/kubepods/besteffort/podc14fd02f-1809-41e9-bd1a-8e99b3e88632/" + ID;
  private static final long TICK = 10_000_000;

  private final List<String> problems = new ArrayList<>();
  @TempDir Path cgroups;
  @TempDir Path procRoot;
  private FakeProc proc;
  private long now = 5_000_000_000L;
  private HostTargetResolver resolver;

  @BeforeEach
  void setUp() {
    proc = new FakeProc(procRoot);
    resolver = resolver(DiscoverySettings.DEFAULT, 100);
  }

  private HostTargetResolver resolver(DiscoverySettings settings, int maxProcesses) {
    CgroupTree tree =
        new CgroupTree(
            new CgroupHierarchy(2, "", cgroups, "/"), CgroupTree.Limits.DEFAULT, () -> now);
    return new HostTargetResolver(
        new TargetRules(settings, problems::add), null, procRoot, tree, maxProcesses, () -> now);
  }

  private static ProcessFacts facts(int pid, long ticks, long cgroupId, String executable) {
    return new ProcessFacts(pid, ticks * TICK + 123, cgroupId, "comm-" + pid, executable);
  }

  private long group(String path) throws IOException {
    Path directory = Files.createDirectories(cgroups.resolve(path.substring(1)));
    return ((Number) Files.getAttribute(directory, "unix:ino")).longValue();
  }

  private String serviceName(ProcessFacts process) {
    return assertInstanceOf(Target.class, resolver.resolve(process)).serviceName();
  }

  @Test
  void aJavaLauncherIsNamedAfterWhatItRuns() throws IOException {
    for (int i = 0; i < 70; i++) {
      proc.process(100 + i, 50, "/usr/bin/java", "0::/user.slice\n");
      proc.arguments(100 + i, "java", "-Xmx64m", "-cp", "/opt/*", "com.example.Main" + i);
      // So many names are series; the next ones are not told apart.
      assertEquals(i < 64 ? "com.example.Main" + i : "java", serviceName(java(100 + i)));
    }
    assertEquals("com.example.Main3", serviceName(java(103)));
  }

  private static ProcessFacts java(int pid) {
    return facts(pid, 50, 0, "/usr/bin/java");
  }

  @Test
  void thisProgramGoesByItsOwnName() throws IOException {
    Files.createSymbolicLink(procRoot.resolve("self"), Path.of("300"));
    resolver = resolver(DiscoverySettings.DEFAULT, 100);
    proc.process(300, 50, "/usr/bin/java", "0::/user.slice\n");
    proc.arguments(300, "java", "io.nodeflame.collector.cli.Nodeflame", "run");
    assertEquals("nodeflame", serviceName(java(300)));
  }

  @Test
  void aServiceIsNamedAfterItsUnit() throws IOException {
    proc.process(7, 50, "/usr/sbin/nginx", "0::/system.slice/web.service\n");
    assertEquals("web", serviceName(facts(7, 50, 0, "/usr/sbin/nginx")));
  }

  @Test
  void aServiceGoesByTheNameThatItPublishes() throws IOException {
    proc.process(7, 50, "/usr/sbin/nginx", "0::/system.slice/web.service\n");
    ProcessFacts process = facts(7, 50, 0, "/usr/sbin/nginx");
    assertEquals("web", serviceName(process));
    assertEquals("shop", serviceName(process.withService(new ServiceNames("shop", "", ""))));
    assertEquals("web", serviceName(process));
  }

  @Test
  void aUnitCannotInventServicesWithoutEnd() throws IOException {
    proc.process(7, 50, "/usr/sbin/nginx", "0::/system.slice/web.service\n");
    ProcessFacts process = facts(7, 50, 0, "/usr/sbin/nginx");
    for (int i = 0; i < 100; i++) {
      ServiceNames invented = new ServiceNames("s" + i, "", "");
      assertEquals(i < 16 ? "s" + i : "web", serviceName(process.withService(invented)));
    }
    assertEquals("s3", serviceName(process.withService(new ServiceNames("s3", "", ""))));
    assertEquals(
        List.of(
            "processes of cgroup 0 publish more than 16 services: what they say beyond has no"
                + " effect"),
        problems.stream().distinct().toList());
    assertEquals(84, problems.size());
  }

  @Test
  void aSessionsProcessIsNamedAfterItsExecutable() throws IOException {
    proc.process(7, 50, "/usr/bin/python3.11", "0::/user.slice/user-0.slice/session-1.scope\n");
    assertEquals("python3.11", serviceName(facts(7, 50, 0, "/usr/bin/python3.11")));
    assertEquals("python3.11", serviceName(facts(7, 50, 1, "")), "read from /proc");
  }

  @Test
  void aProcessThatIsGoneKeepsItsContainer() throws IOException {
    long id = group("/docker/" + ID);
    group("/system.slice/web.service");
    assertEquals("worker", serviceName(facts(9, 60, id, "/app/worker")));
    long unit = group("/system.slice/web.service");
    assertEquals("web", serviceName(facts(10, 61, unit, "/usr/sbin/nginx")));
  }

  @Test
  void nothingKnownIsUnmatchedAndTriedAgain() throws IOException {
    ProcessFacts process = facts(9, 60, 0, "/app/worker");
    Unmatched unmatched = new Unmatched(Unmatched.Reason.CGROUP_UNKNOWN);
    assertEquals(unmatched, resolver.resolve(process));
    assertEquals(1, resolver.stats().unmatched().get(Unmatched.Reason.CGROUP_UNKNOWN));
    proc.process(9, 60, "/app/worker", "0::/\n");
    assertEquals(unmatched, resolver.resolve(process), "too early");
    now += Duration.ofSeconds(1).toNanos();
    assertEquals("worker", serviceName(process));
    assertEquals(0, resolver.stats().unmatched().get(Unmatched.Reason.CGROUP_UNKNOWN));
  }

  @Test
  void aReusedPidInheritsNothing() throws IOException {
    proc.process(9, 60, "/bin/a", "0::/system.slice/a.service\n");
    assertEquals("a", serviceName(facts(9, 60, 0, "/bin/a")));
    proc.process(9, 99, "/bin/b", "0::/system.slice/b.service\n");
    assertEquals("b", serviceName(facts(9, 99, 0, "/bin/b")));
    // A late sample of a process that was never seen: /proc shows another one by now.
    assertInstanceOf(Unmatched.class, resolver.resolve(facts(9, 70, 0, "/bin/x")));
  }

  @Test
  void aChangedExecutableOrGroupIsResolvedAgain() throws IOException {
    proc.process(9, 60, "/bin/sh", "0::/\n");
    assertEquals("sh", serviceName(facts(9, 60, 0, "/bin/sh")));
    assertEquals("gzip", serviceName(facts(9, 60, 0, "/bin/gzip")));
    long unit = group("/system.slice/web.service");
    assertEquals("web", serviceName(facts(9, 60, unit, "/bin/gzip")));
  }

  @Test
  void theLivingProcessKnowsHierarchiesThatTheSampleDoesNot() throws IOException {
    long root = group("/");
    resolver.resolve(facts(1, 1, root, "x"));
    proc.process(9, 60, "/bin/a", "1:name=systemd:/system.slice/a.service\n0::/\n");
    assertEquals("a", serviceName(facts(9, 60, root, "/usr/bin/other")));
  }

  @Test
  void aSampleFromAnotherGroupThanTheCurrentOneKeepsItsOwn() throws IOException {
    long unit = group("/system.slice/web.service");
    group("/docker/" + ID);
    proc.process(9, 60, "/bin/a", "0::/docker/" + ID + "\n");
    resolver.resolve(facts(1, 1, 1L << 60, "x"));
    assertEquals("web", serviceName(facts(9, 60, unit, "/bin/a")));
  }

  @Test
  void aContainerIsNamedAfterItsMainProgram() throws IOException {
    long id = group("/docker/" + ID);
    String text = "0::/docker/" + ID + "\n";
    proc.process(20, 10, "/sbin/tini", text);
    proc.process(30, 12, "/opt/shop/bin/shop", text);
    proc.process(25, 99, "/usr/bin/curl", text);
    Files.writeString(
        cgroups.resolve("docker/" + ID + "/cgroup.procs"), "25\n20\n30\n77\nx\n-1\n0\n");
    Target shop =
        assertInstanceOf(Target.class, resolver.resolve(facts(25, 99, id, "/usr/bin/curl")));
    assertEquals("shop", shop.serviceName());
    assertSame(shop, resolver.resolve(facts(30, 12, id, "/opt/shop/bin/shop")));
    assertEquals(1, resolver.stats().targets());
    // Ended, and asked again after its name was read long ago.
    Files.delete(cgroups.resolve("docker/" + ID + "/cgroup.procs"));
    now += Duration.ofMinutes(2).toNanos();
    assertSame(shop, resolver.resolve(facts(30, 12, id, "/opt/shop/bin/shop")));
  }

  @Test
  void aContainersProgramMayStandInAGroupBelow() throws IOException {
    String path = "/machine.slice/libpod-" + ID + ".scope/container";
    long id = group(path);
    proc.process(20, 10, "/bin/sh", "0::" + path + "\n");
    Files.writeString(cgroups.resolve(path.substring(1)).resolve("cgroup.procs"), "20\n");
    assertEquals("sh", serviceName(facts(21, 11, id, "/bin/sleep")), "a shell if nothing else");
  }

  @Test
  void otherProcessesCanBeLeftOut() throws IOException {
    resolver = resolver(new DiscoverySettings("", false, Map.of()), 100);
    Excluded excluded = new Excluded(Excluded.Reason.OTHER_PROCESS);
    proc.process(5, 1, "/bin/a", "0::/system.slice/a.service\n");
    proc.process(6, 1, "/bin/a", "0::/docker/" + ID + "\n");
    proc.process(7, 1, "/bin/a", "0::" + POD + "\n");
    proc.kernelThread(8, "kswapd0");
    assertEquals(excluded, resolver.resolve(facts(5, 1, 0, "/bin/a")));
    assertEquals(excluded, resolver.resolve(facts(6, 1, 0, "/bin/a")));
    assertEquals("a", serviceName(facts(7, 1, 0, "/bin/a")));
    assertEquals(excluded, resolver.resolve(new ProcessFacts(8, 0, 0, "kswapd0", "")));
    assertEquals(3, resolver.stats().excluded().get(Excluded.Reason.OTHER_PROCESS));
  }

  @Test
  void kernelThreadsAreNamedByFamily() throws IOException {
    proc.kernelThread(8, "kswapd0");
    proc.kernelThread(11, "ksoftirqd/0");
    assertEquals("kernel/kswapd", serviceName(new ProcessFacts(8, 0, 0, "kswapd0", "")));
    assertEquals("kernel/ksoftirqd", serviceName(new ProcessFacts(11, 0, 0, "ksoftirqd/0", "")));
    assertEquals("kernel/swapper", serviceName(new ProcessFacts(0, 0, 0, "swapper/1", "")));
    assertEquals("kernel/kworker", serviceName(new ProcessFacts(99, 5, 0, "kworker/u8:3", "")));
    // A program that calls itself so is still a program.
    proc.process(12, 5, "/tmp/miner", "0::/\n");
    assertEquals(
        "miner", serviceName(new ProcessFacts(12, 5 * TICK, 0, "kworker/0:1", "/tmp/miner")));
    assertEquals("miner", serviceName(new ProcessFacts(12, 5 * TICK, 1, "kworker/0:1", "")));
  }

  @Test
  void allLabels() throws IOException {
    resolver = resolver(new DiscoverySettings("n1", true, Map.of("zone", "b", "env", "prod")), 100);
    proc.process(5, 1, "/bin/a", "0::/\n");
    Target target = assertInstanceOf(Target.class, resolver.resolve(facts(5, 1, 0, "/bin/a")));
    assertEquals("{env=prod, node=n1, service_name=a, zone=b}", target.labels().toString());
  }

  @Test
  void hostileNamesAreCleanedAndCut() throws IOException {
    proc.process(5, 1, "/bin/a", "0::/\n");
    String name = serviceName(facts(5, 1, 0, "/tmp/a\n\u001b[31m\ud800\u202e" + "b".repeat(5000)));
    assertEquals("a__[31m__" + "b".repeat(118) + "\u2026", name);
    assertEquals(
        new Unmatched(Unmatched.Reason.CGROUP_UNKNOWN),
        resolver.resolve(new ProcessFacts(6, 0, 0, "", "")));
    long root = group("/");
    assertEquals("[nameless]", serviceName(new ProcessFacts(6, 1, root, "", "/  ")));
  }

  @Test
  void churnOfProcessesStaysWithinTheBound() throws IOException {
    resolver = resolver(DiscoverySettings.DEFAULT, 64);
    long id = group("/system.slice/cron.service");
    long root = group("/");
    proc.process(1, 1, "/sbin/init", "0::/init.scope\n");
    Resolution init = resolver.resolve(facts(1, 1, 0, "/sbin/init"));
    Resolution cron = resolver.resolve(facts(2, 1, id, "/usr/sbin/cron"));
    for (int i = 0; i < 10_000; i++) {
      int pid = 100 + i % 500;
      assertSame(cron, resolver.resolve(facts(pid, 1000 + i, id, "/bin/job")));
      String own = serviceName(facts(pid, 20_000 + i, root, "/tmp/" + i + "x".repeat(2000)));
      assertTrue(own.startsWith(Integer.toString(i)) && own.length() == 128, own);
      assertSame(init, resolver.resolve(facts(1, 1, 0, "/sbin/init")));
    }
    DiscoveryStats stats = resolver.stats();
    assertEquals(64, stats.processes());
    assertEquals(20_002 - 64, stats.evicted());
    assertTrue(stats.targets() <= 64, stats.targets() + " targets");
  }

  @Test
  void evictedTargetsAreForgottenAndSharedOnesAreNot() throws IOException {
    resolver = resolver(DiscoverySettings.DEFAULT, 2);
    long root = group("/");
    resolver.resolve(facts(1, 1, root, "a"));
    resolver.resolve(facts(2, 1, root, "a"));
    assertEquals(1, resolver.stats().targets());
    resolver.resolve(facts(3, 1, root, "b"));
    assertEquals(2, resolver.stats().targets());
    resolver.resolve(facts(4, 1, root, "b"));
    assertEquals(1, resolver.stats().targets());
    resolver.resolve(facts(4, 1, root, "c"));
    assertEquals(2, resolver.stats().targets(), "the process became another program");
  }

  @Test
  void theTestsOwnProcessIsResolved() throws IOException {
    Path mountinfo = Path.of("/proc/self/mountinfo");
    assumeTrue(Files.isReadable(mountinfo), "no /proc/self/mountinfo: not Linux");
    Optional<CgroupHierarchy> hierarchy = CgroupHierarchy.detect(Files.readString(mountinfo));
    assumeTrue(hierarchy.isPresent(), "no cgroup hierarchy is mounted");
    CgroupTree tree = new CgroupTree(hierarchy.get(), CgroupTree.Limits.DEFAULT, System::nanoTime);
    HostTargetResolver real =
        new HostTargetResolver(
            new TargetRules(DiscoverySettings.DEFAULT, problem -> {}),
            null,
            Path.of("/proc"),
            tree,
            10,
            System::nanoTime);
    int pid = Math.toIntExact(ProcessHandle.current().pid());
    long ticks =
        ProcessStat.parse(Files.readString(Path.of("/proc/self/stat"))).orElseThrow().startTicks();
    Resolution self = real.resolve(new ProcessFacts(pid, ticks * TICK, 0, "", ""));
    String name = assertInstanceOf(Target.class, self).serviceName();
    assertNotEquals("", name);
    assertEquals(
        new Unmatched(Unmatched.Reason.CGROUP_UNKNOWN),
        real.resolve(new ProcessFacts(pid, (ticks + 1) * TICK, 0, "", "")));
  }

  @Test
  void refusesABoundOfNothing() {
    assertThrows(IllegalArgumentException.class, () -> resolver(DiscoverySettings.DEFAULT, 0));
  }
}
