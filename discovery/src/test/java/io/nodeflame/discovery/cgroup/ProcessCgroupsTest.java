package io.nodeflame.discovery.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProcessCgroupsTest {
  private static final String BEST =
      "/kubepods/besteffort/podc14fd02f-1809-41e9-bd1a-8e99b3e88632/"
          + "ff2285df92115cefe84c0f709decedaa309542b53e4c53b1a398de5342ac5377";

  private static Optional<String> identifying(String text) {
    return ProcessCgroups.parse(text).identifyingPath();
  }

  @Test
  void hybridOfARealNode() {
    String text =
        """
        9:name=systemd:%1$s
        8:pids:%1$s
        7:blkio:%1$s
        6:freezer:%1$s
        5:devices:%1$s
        4:memory:%1$s
        3:cpuset:%1$s
        2:cpuacct:%1$s
        1:cpu:%1$s
        0::%1$s
        """
            .formatted(BEST);
    ProcessCgroups cgroups = ProcessCgroups.parse(text);
    assertEquals(Optional.of(BEST), cgroups.identifyingPath());
    assertEquals(Optional.of(BEST), cgroups.path(ProcessCgroups.V2));
    assertEquals(Optional.of(BEST), cgroups.path("pids"));
    assertEquals(Optional.of(BEST), cgroups.path("name=systemd"));
    assertEquals(Optional.empty(), cgroups.path("hugetlb"));
  }

  @Test
  void pureV2() {
    assertEquals(
        Optional.of("/system.slice/a:b.service"), identifying("0::/system.slice/a:b.service\n"));
    assertEquals(Optional.of("/"), identifying("0::/\n"));
  }

  @Test
  void aContainerInAnyHierarchyWins() {
    assertEquals(
        Optional.of(BEST),
        identifying("3:memory:" + BEST + "\n2:pids:/\n1:name=systemd:/a.slice/b.service\n0::/\n"));
    assertEquals(Optional.of(BEST), identifying("2:pids:/\n0::" + BEST));
  }

  @Test
  void aPodWinsOverItsNode() {
    String node = "/docker/c2c6883f0e5a4f7194c52612af002b2bc67b71463912086aa0c0333782d8125b";
    assertEquals(
        Optional.of(node + BEST), identifying("2:pids:" + node + "\n0::" + node + BEST + "\n"));
  }

  @Test
  void unitsComeFromSystemdsOwnTrees() {
    assertEquals(
        Optional.of("/system.slice/nginx.service"),
        identifying(
            "4:cpu,cpuacct:/\n2:pids:/system.slice\n1:name=systemd:/system.slice/nginx.service\n0::/\n"));
    assertEquals(
        Optional.of("/user.slice/user-0.slice/session-1.scope"),
        identifying("2:pids:/x\n0::/user.slice/user-0.slice/session-1.scope\n"));
  }

  @Test
  void coMountedControllersShareALine() {
    assertEquals(Optional.of("/x"), ProcessCgroups.parse("4:cpu,cpuacct:/x").path("cpuacct"));
  }

  @Test
  void aRemovedGroupKeepsItsPath() {
    assertEquals(
        Optional.of("/system.slice/a.service"),
        identifying("0::/system.slice/a.service (deleted)\n"));
  }

  @Test
  void malformedLinesArePassedOver() {
    assertEquals(Optional.empty(), identifying(""));
    assertEquals(Optional.empty(), identifying("\n\n::\n:x:/\nx::/a\n0::relative\n0:\n1\n"));
    assertEquals(Optional.empty(), identifying("0::/" + "a".repeat(5000)));
    assertEquals(Optional.of("/ok"), identifying("garbage\n0::/ok\n0::/second"));
    assertEquals(Optional.empty(), identifying("\n".repeat(64) + "0::/beyond"));
  }
}
