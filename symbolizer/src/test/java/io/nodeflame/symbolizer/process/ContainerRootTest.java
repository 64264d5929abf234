package io.nodeflame.symbolizer.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerRootTest {
  private static final OpenPolicy ANY = OpenPolicy.atMost(1000);

  @TempDir Path temporary;
  private Path directory;

  @BeforeEach
  void fill() throws IOException {
    directory = Files.createDirectory(temporary.resolve("root"));
    Files.createDirectories(directory.resolve("a/b"));
    Files.writeString(directory.resolve("a/b/file"), "inside");
    Files.writeString(temporary.resolve("secret"), "outside");
  }

  private ContainerRoot root(boolean openat2) {
    ContainerRoot root = ContainerRoot.at(directory);
    return openat2 ? root : root.withoutOpenat2();
  }

  private static String text(FileOpening opening) throws IOException {
    try (OpenedFile file = assertInstanceOf(OpenedFile.class, opening)) {
      byte[] bytes = new byte[(int) file.bytes().size()];
      file.bytes().read(0, bytes, 0, bytes.length);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private static void assertRefused(FileRefusal reason, FileOpening opening) {
    assertEquals(new RefusedFile(reason), opening);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void opensFilesBelowTheRoot(boolean openat2) throws IOException {
    Files.createSymbolicLink(directory.resolve("absolute"), Path.of("/a/b"));
    Files.createSymbolicLink(directory.resolve("a/relative"), Path.of("../a/b/file"));
    ContainerRoot root = root(openat2);
    for (String path :
        new String[] {
          "/a/b/file", "a/b/file", "//a/./b//file", "/a/b/../b/file", "/absolute/file", "a/relative"
        }) {
      assertEquals("inside", text(root.open(path, ANY)), path);
    }
    assertRefused(FileRefusal.ABSENT, root.open("/a/none", ANY));
    assertRefused(FileRefusal.ABSENT, root.open("/a/b/file/x", ANY));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void staysInsideWhateverLinksSay(boolean openat2) throws IOException {
    String name = temporary.getFileName().toString();
    Path[] targets = {
      Path.of("../secret"),
      Path.of("../../../../../../../../../" + temporary + "/secret"),
      temporary.resolve("secret"),
      Path.of("/proc/self/root" + temporary + "/secret"),
      Path.of("/etc/shadow")
    };
    for (int i = 0; i < targets.length; i++) {
      Files.createSymbolicLink(directory.resolve("link" + i), targets[i]);
      assertRefused(FileRefusal.ABSENT, root(openat2).open("/link" + i, ANY));
    }
    assertRefused(FileRefusal.ABSENT, root(openat2).open("/../secret", ANY));
    assertRefused(FileRefusal.ABSENT, root(openat2).open("/a/../../" + name + "/secret", ANY));
    Files.createDirectory(directory.resolve("etc"));
    Files.writeString(directory.resolve("etc/shadow"), "the container's own");
    assertEquals("the container's own", text(root(openat2).open("/link4", ANY)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void refusesLoopsAndAGivenLastLink(boolean openat2) throws IOException {
    Files.createSymbolicLink(directory.resolve("x"), Path.of("y"));
    Files.createSymbolicLink(directory.resolve("y"), Path.of("/x"));
    Files.createSymbolicLink(directory.resolve("link"), Path.of("a/b/file"));
    ContainerRoot root = root(openat2);
    assertRefused(FileRefusal.LINK_LOOP, root.open("/x", ANY));
    assertEquals("inside", text(root.open("/link", ANY)));
    assertRefused(FileRefusal.NOT_REGULAR, root.open("/link", ANY.withoutLastLink()));
    assertEquals("inside", text(root.open("/a/b/file", ANY.withoutLastLink())));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void neverWaitsForAFifo(boolean openat2) throws Exception {
    Requirement.tool("mkfifo");
    Path fifo = directory.resolve("fifo");
    assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
    assertRefused(FileRefusal.NOT_REGULAR, root(openat2).open("/fifo", ANY));
    assertRefused(FileRefusal.NOT_REGULAR, root(openat2).open("/a", ANY));
    assertRefused(FileRefusal.NOT_REGULAR, root(openat2).open("/", ANY));
    assertRefused(FileRefusal.NOT_REGULAR, ContainerRoot.at(Path.of("/")).open("/dev/zero", ANY));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void refusesPathsTheKernelCannotTake(boolean openat2) {
    for (String path : new String[] {"", "a\0b", "/" + "x/".repeat(3000)}) {
      assertRefused(FileRefusal.BAD_PATH, root(openat2).open(path, ANY));
    }
    assertRefused(FileRefusal.BAD_PATH, root(openat2).open("n".repeat(300), ANY));
  }

  @Test
  void appliesThePolicy() throws IOException {
    Path path = directory.resolve("a/b/file");
    Files.setLastModifiedTime(path, FileTime.fromMillis(1_700_000_000_123L));
    ContainerRoot root = root(true);
    assertRefused(FileRefusal.TOO_BIG, root.open("/a/b/file", OpenPolicy.atMost(5)));
    assertEquals("inside", text(root.open("/a/b/file", OpenPolicy.atMost(6))));
    assertRefused(FileRefusal.OUTDATED, root.open("/a/b/file", ANY.notBefore(1_700_000_000_124L)));
    assertEquals("inside", text(root.open("/a/b/file", ANY.notBefore(1_700_000_000_123L))));
  }

  @Test
  void wantsTheOwnerOrRoot() throws IOException {
    Requirement.root();
    Path path = directory.resolve("a/b/file");
    ContainerRoot root = root(true);
    assertEquals("inside", text(root.open("/a/b/file", ANY.ownedBy(1234))), "root's");
    Files.setAttribute(path, "unix:uid", 1234);
    assertEquals("inside", text(root.open("/a/b/file", ANY.ownedBy(1234))));
    assertRefused(FileRefusal.WRONG_OWNER, root.open("/a/b/file", ANY.ownedBy(1235)));
    assertRefused(FileRefusal.WRONG_OWNER, root.open("/a/b/file", ANY.ownedBy(0)));
  }

  @Test
  void identifiesAFileAsStatDoes() throws IOException {
    Path path = directory.resolve("a/b/file");
    ContainerRoot root = root(true);
    FileIdentity identity;
    try (OpenedFile file = assertInstanceOf(OpenedFile.class, root.open("/a/b/file", ANY))) {
      identity = file.identity();
    }
    assertEquals((long) Files.getAttribute(path, "unix:dev"), identity.device());
    assertEquals((long) Files.getAttribute(path, "unix:ino"), identity.inode());
    assertEquals(6, identity.size());
    assertEquals(
        Files.getLastModifiedTime(path).to(TimeUnit.NANOSECONDS), identity.modifiedNanos());
    assertTrue(root.openIfChanged("/a/b/file", ANY, identity).isEmpty());
    Files.writeString(path, "changed");
    assertEquals("changed", text(root.openIfChanged("/a/b/file", ANY, identity).orElseThrow()));
    assertEquals("1-ff-6-10", new FileIdentity(1, 255, 6, 16).key());
  }

  @Test
  void leavesNothingOpen() throws IOException {
    Files.createSymbolicLink(directory.resolve("x"), Path.of("x"));
    long before = openFiles();
    for (int i = 0; i < 200; i++) {
      ContainerRoot root = root(i % 2 == 0);
      text(root.open("/a/b/../b/file", ANY));
      root.open("/x", ANY);
      root.open("/a/none/x", ANY);
      root.open("/a", ANY);
    }
    assertTrue(openFiles() < before + 50, "descriptors leak");
  }

  @Test
  void doesNotWaitForALease() throws Exception {
    Requirement.tool("perl");
    Path path = directory.resolve("a/b/file");
    String script =
        "$SIG{IO}='IGNORE'; open(F,'+<',$ARGV[0]) or die; fcntl(F,1024,1) or die \"$!\";"
            + "$|=1; print 'held'; sleep 100";
    Process holder = new ProcessBuilder("perl", "-e", script, path.toString()).start();
    try {
      assertEquals(
          "held", new String(holder.getInputStream().readNBytes(4), StandardCharsets.UTF_8));
      assertRefused(FileRefusal.BUSY, root(true).open("/a/b/file", ANY));
    } finally {
      holder.destroyForcibly();
    }
  }

  private static long openFiles() throws IOException {
    try (var files = Files.list(Path.of("/proc/self/fd"))) {
      return files.count();
    }
  }
}
