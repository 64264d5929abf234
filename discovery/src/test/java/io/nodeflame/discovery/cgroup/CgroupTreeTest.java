package io.nodeflame.discovery.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CgroupTreeTest {
  @TempDir Path root;
  @TempDir Path outside;
  private long now = 1_000_000_000L;

  private CgroupTree tree(int maxGroups) {
    return new CgroupTree(
        new CgroupHierarchy(2, "", root, "/"),
        new CgroupTree.Limits(maxGroups, Duration.ofSeconds(1), Duration.ofSeconds(60)),
        () -> now);
  }

  private long make(String path) throws IOException {
    return inode(Files.createDirectories(root.resolve(path)));
  }

  private static long inode(Path directory) throws IOException {
    return ((Number) Files.getAttribute(directory, "unix:ino")).longValue();
  }

  private void passSeconds(long seconds) {
    now += Duration.ofSeconds(seconds).toNanos();
  }

  @Test
  void findsDirectoriesByInode() throws IOException {
    long service = make("system.slice/nginx.service");
    long slice = inode(root.resolve("system.slice"));
    CgroupTree tree = tree(100);
    assertEquals(Optional.of("/system.slice/nginx.service"), tree.find(service));
    assertEquals(Optional.of("/system.slice"), tree.known(slice));
    assertEquals(Optional.of("/"), tree.known(inode(root)));
    assertEquals(new CgroupTree.Stats(3, 1, 0), tree.stats());
  }

  @Test
  void filesAndLinksAreNoGroups() throws IOException {
    long real = make("a");
    Files.createFile(root.resolve("cgroup.procs"));
    Files.createFile(root.resolve("tasks"));
    Files.createSymbolicLink(root.resolve("loop"), root);
    CgroupTree tree = tree(100);
    assertEquals(Optional.of("/a"), tree.find(real));
    assertEquals(2, tree.stats().groups());
  }

  @Test
  void aMissReadsAgainButNotTooOften() throws IOException {
    CgroupTree tree = tree(100);
    assertEquals(Optional.empty(), tree.find(1L << 60));
    long late = make("late");
    assertEquals(Optional.empty(), tree.find(late));
    assertEquals(1, tree.stats().rescans());
    passSeconds(1);
    assertEquals(Optional.of("/late"), tree.find(late));
    passSeconds(5);
    assertEquals(Optional.of("/late"), tree.find(late));
    assertEquals(2, tree.stats().rescans());
  }

  @Test
  void removedGroupsStayForAWhile() throws IOException {
    long gone = make("docker/gone");
    CgroupTree tree = tree(100);
    tree.find(gone);
    Files.delete(root.resolve("docker/gone"));
    passSeconds(2);
    tree.find(-1);
    assertEquals(Optional.of("/docker/gone"), tree.find(gone));
    passSeconds(59);
    tree.find(-1);
    assertEquals(Optional.of("/docker/gone"), tree.find(gone));
    passSeconds(2);
    tree.find(-1);
    assertEquals(Optional.empty(), tree.known(gone));
    assertEquals(2, tree.stats().groups());
  }

  @Test
  void deepGroupsDoNotPushOutShallowOnes() throws IOException {
    for (int i = 0; i < 50; i++) {
      make("a-container/x" + i);
    }
    long other = make("z.slice");
    CgroupTree tree = tree(10);
    assertEquals(Optional.of("/z.slice"), tree.find(other));
    assertEquals(10, tree.stats().groups());
    assertEquals(53 - 10, tree.stats().notKept());
  }

  @Test
  void churnOfGroupsStaysWithinTheBound() throws IOException {
    CgroupTree tree = tree(64);
    for (int i = 0; i < 300; i++) {
      long id = make("docker/c" + i);
      passSeconds(2);
      assertEquals(Optional.of("/docker/c" + i), tree.find(id));
      // Moved, not deleted: unlike kernfs, other file systems give a free inode to the next file.
      Files.move(root.resolve("docker/c" + i), outside.resolve("c" + i));
      assertTrue(tree.stats().groups() <= 64);
    }
    assertEquals(300, tree.stats().rescans());
  }

  @Test
  void learnsWithoutReadingTheTree() throws IOException {
    long id = make("docker/c1");
    CgroupTree tree = tree(2);
    assertFalse(tree.learn(id + 1_000_000, "/docker/c1"));
    assertFalse(tree.learn(id, "/docker/c2"));
    assertFalse(tree.learn(id, "/docker/../docker/c1"));
    assertTrue(tree.learn(id, "/docker/c1"));
    assertEquals(Optional.of("/docker/c1"), tree.find(id));
    assertEquals(0, tree.stats().rescans());
    tree.learn(make("b"), "/b");
    tree.learn(make("c"), "/c");
    assertEquals(2, tree.stats().groups());
  }

  @Test
  void aMissingRootIsEmpty() {
    CgroupTree tree =
        new CgroupTree(
            new CgroupHierarchy(2, "", root.resolve("no"), "/"),
            CgroupTree.Limits.DEFAULT,
            () -> now);
    assertEquals(Optional.empty(), tree.find(7));
  }

  @Test
  void depthIsBounded() throws IOException {
    long deep = make("d/".repeat(PathSegments.MAX_DEPTH + 20) + "e");
    CgroupTree tree = tree(1000);
    assertEquals(Optional.empty(), tree.find(deep));
    assertEquals(PathSegments.MAX_DEPTH + 1, tree.stats().groups());
  }

  @Test
  void theTestsOwnProcessIsFoundInTheRealTree() throws IOException {
    Path mountinfo = Path.of("/proc/self/mountinfo");
    assumeTrue(Files.isReadable(mountinfo), "no /proc/self/mountinfo: not Linux");
    Optional<CgroupHierarchy> hierarchy = CgroupHierarchy.detect(Files.readString(mountinfo));
    assumeTrue(hierarchy.isPresent(), "no cgroup hierarchy is mounted");
    String path =
        ProcessCgroups.parse(Files.readString(Path.of("/proc/self/cgroup")))
            .path(hierarchy.get().controllerName())
            .orElseThrow();
    Optional<Path> directory = hierarchy.get().directory(path).filter(Files::isDirectory);
    assumeTrue(directory.isPresent(), "the mount does not show our own group");
    CgroupTree tree = new CgroupTree(hierarchy.get(), CgroupTree.Limits.DEFAULT, System::nanoTime);
    assertEquals(Optional.of(path), tree.find(inode(directory.get())));
  }
}
