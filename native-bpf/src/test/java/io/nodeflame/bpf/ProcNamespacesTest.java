package io.nodeflame.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcNamespacesTest {
  @TempDir Path proc;

  private ProcNamespaces withPidNamespace(String target) throws IOException {
    Path directory = Files.createDirectories(proc.resolve("self/ns"));
    Files.deleteIfExists(directory.resolve("pid"));
    Files.createSymbolicLink(directory.resolve("pid"), Path.of(target));
    return ProcNamespaces.read(proc);
  }

  private long boottimeOffset(String lines) throws IOException {
    Files.createDirectories(proc.resolve("self"));
    Files.writeString(proc.resolve("self/timens_offsets"), lines);
    return ProcNamespaces.read(proc).boottimeOffsetNanos();
  }

  @Test
  void aProcfsThatSaysNothingIsTheKernels() {
    ProcNamespaces namespaces = ProcNamespaces.read(proc);
    assertTrue(namespaces.isInitialPid());
    assertEquals(0, namespaces.boottimeOffsetNanos());
  }

  @Test
  void thePidNamespaceIsAnInode() throws Exception {
    ProcNamespaces nested = withPidNamespace("pid:[4026532999]");
    assertEquals((int) 4026532999L, nested.pidInode());
    assertFalse(nested.isInitialPid());
    assertTrue(withPidNamespace("pid:[4026531836]").isInitialPid());
    assertTrue(withPidNamespace("pid:[many]").isInitialPid());
  }

  @Test
  void boottimeMayBeAheadOrBehind() throws Exception {
    String format = "monotonic         100         7%nboottime   %10d %9d%n";
    assertEquals(86_400_000_000_005L, boottimeOffset(format.formatted(86_400, 5)));
    assertEquals(-3_000_000_000L + 5, boottimeOffset(format.formatted(-3, 5)));
    assertEquals(0, boottimeOffset("boottime x y\n"));
  }
}
