package io.nodeflame.symbolizer.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcFsTest {
  private static final int OWN_PID = (int) ProcessHandle.current().pid();

  @TempDir Path root;

  @Test
  void knowsItsOwnProcess() throws IOException {
    ProcFs proc = ProcFs.ofSystem();
    ProcessStatus status = proc.status(OWN_PID).orElseThrow();
    assertEquals(OWN_PID, status.id().pid());
    assertEquals(OWN_PID, status.tgid());
    assertEquals((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid"), status.uid());
    assertEquals("java", status.name());
    assertFalse(status.kernelThread());
    assertTrue(proc.isCurrent(status.id()));
    assertFalse(proc.isCurrent(new ProcessId(OWN_PID, status.id().startTimeTicks() - 1)));
    long started = ProcessHandle.current().info().startInstant().orElseThrow().toEpochMilli();
    long millis = proc.startMillis(status.id());
    assertTrue(Math.abs(millis - started) < 3000, millis + " and " + started);
  }

  @Test
  void knowsItsOwnMappings() throws IOException {
    MappingTable table = ProcFs.ofSystem().mappings(OWN_PID).orElseThrow();
    assertEquals(0, table.malformedLines());
    boolean libjvm = false;
    boolean vdso = false;
    boolean jit = false;
    for (int i = 0; i < table.size(); i++) {
      libjvm |= table.kind(i) == MappingKind.FILE && table.path(i).endsWith("/libjvm.so");
      vdso |= table.kind(i) == MappingKind.VDSO;
      jit |= table.kind(i) == MappingKind.ANONYMOUS;
    }
    assertTrue(libjvm && vdso && jit);
  }

  @Test
  void isEmptyForAProcessThatIsGone() throws Exception {
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    int pid = (int) process.pid();
    ProcFs proc = ProcFs.ofSystem();
    assertTrue(proc.status(pid).isEmpty());
    assertTrue(proc.mappings(pid).isEmpty());
    assertTrue(proc.startTimeTicks(pid).isEmpty());
    assertFalse(proc.isCurrent(new ProcessId(pid, 0)));
    assertEquals(
        new RefusedFile(FileRefusal.PROCESS_GONE),
        proc.containerRoot(pid).open("/etc/passwd", OpenPolicy.atMost(1 << 20)));
  }

  @Test
  void readsALongStatusUpToABound() throws IOException {
    Path directory = Files.createDirectory(root.resolve("12"));
    String stat = "12 (a) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 77 0 0\n";
    Files.writeString(directory.resolve("stat"), stat);
    String start = "Name:\ta\nTgid:\t12\nPid:\t12\nUid:\t1\t2\t3\t4\nGroups:\t";
    String end = "\nNSpid:\t12\t5\n";
    Files.writeString(directory.resolve("status"), start + "1000 ".repeat(100_000) + end);
    ProcFs proc = new ProcFs(root);
    ProcessStatus expected = new ProcessStatus(new ProcessId(12, 77), 12, 5, 2, 2, "a", false);
    assertEquals(expected, proc.status(12).orElseThrow());
    Files.writeString(directory.resolve("status"), start + "1000 ".repeat(300_000) + end);
    assertThrows(MalformedException.class, () -> proc.status(12));
    Files.writeString(directory.resolve("status"), start + end);
    assertEquals(expected, proc.status(12).orElseThrow());
  }

  @Test
  void tellsKernelThreads() throws IOException {
    Path kthreadd = Path.of("/proc/2/comm");
    org.junit.jupiter.api.Assumptions.assumeTrue(
        Files.isReadable(kthreadd) && Files.readString(kthreadd).equals("kthreadd\n"),
        "pid 2 is not the kernel's here");
    ProcFs proc = ProcFs.ofSystem();
    assertTrue(proc.status(2).orElseThrow().kernelThread());
    assertEquals(0, proc.mappings(2).orElseThrow().size());
  }
}
