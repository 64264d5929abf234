package io.nodeflame.discovery.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CgroupHierarchyTest {
  private static final String V2 =
      """
      24 30 0:22 / /proc rw,nosuid - proc proc rw
      35 24 0:30 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate
      """;

  private static final String HYBRID =
      """
      10 31 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
      11 32 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
      15 36 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
      19 40 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
      19 40 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
      20 41 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
      """;

  @Test
  void pureV2() {
    assertEquals(
        Optional.of(new CgroupHierarchy(2, "", Path.of("/sys/fs/cgroup"), "/")),
        CgroupHierarchy.detect(V2));
  }

  @Test
  void hybridTakesTheFirstControllerThatRuntimesUse() {
    assertEquals(
        Optional.of(new CgroupHierarchy(1, "pids", Path.of("/sys/fs/cgroup/pids"), "/")),
        CgroupHierarchy.detect(HYBRID));
    String withoutPids = HYBRID.replace("rw,pids", "rw,misc");
    assertEquals("memory", CgroupHierarchy.detect(withoutPids).orElseThrow().controllerName());
  }

  @Test
  void namedHierarchiesAloneLeaveV2() {
    String text =
        """
        19 40 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd
        20 41 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
        """;
    assertEquals(
        Path.of("/sys/fs/cgroup/unified"), CgroupHierarchy.detect(text).orElseThrow().mountPoint());
  }

  @Test
  void coMountedControllers() {
    String text = "1 2 0:9 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n";
    assertEquals("cpu", CgroupHierarchy.detect(text).orElseThrow().controllerName());
  }

  @Test
  void prefersTheMountThatShowsMost() {
    String text =
        """
        1 2 0:9 /kubepods/pod1/c1 /sys/fs/cgroup ro - cgroup2 cgroup rw
        3 2 0:9 / /host/sys/fs/cg\\040roup ro - cgroup2 cgroup rw
        """;
    assertEquals(
        Path.of("/host/sys/fs/cg roup"), CgroupHierarchy.detect(text).orElseThrow().mountPoint());
  }

  @Test
  void malformedTextIsNoHierarchy() {
    for (String text :
        new String[] {
          "",
          "\n",
          " - cgroup2 x y",
          "1 2 3 x /m rw - cgroup2 a b",
          "1 2 3 / /a\0b rw - cgroup2 a b",
          "a - cgroup"
        }) {
      assertEquals(Optional.empty(), CgroupHierarchy.detect(text), text);
    }
  }

  @Test
  void directoriesOfPaths() {
    CgroupHierarchy whole = new CgroupHierarchy(2, "", Path.of("/m"), "/");
    assertEquals(Optional.of(Path.of("/m")), whole.directory("/"));
    assertEquals(Optional.of(Path.of("/m/a/b")), whole.directory("/a/b"));
    for (String refused : new String[] {"", "a", "/../a", "/a/../../etc", "/a\0b", "//"}) {
      assertEquals(Optional.empty(), whole.directory(refused), refused);
    }
    CgroupHierarchy part = new CgroupHierarchy(1, "pids", Path.of("/m"), "/docker/x");
    assertEquals(Optional.of(Path.of("/m")), part.directory("/docker/x"));
    assertEquals(Optional.of(Path.of("/m/y")), part.directory("/docker/x/y"));
    assertEquals(Optional.empty(), part.directory("/"));
    assertEquals(Optional.empty(), part.directory("/docker/xy"));
  }

  @Test
  void refusesContradictions() {
    Path mount = Path.of("/m");
    assertThrows(IllegalArgumentException.class, () -> new CgroupHierarchy(3, "", mount, "/"));
    assertThrows(IllegalArgumentException.class, () -> new CgroupHierarchy(2, "pids", mount, "/"));
    assertThrows(IllegalArgumentException.class, () -> new CgroupHierarchy(1, "", mount, "/"));
    assertThrows(IllegalArgumentException.class, () -> new CgroupHierarchy(2, "", mount, ""));
  }
}
