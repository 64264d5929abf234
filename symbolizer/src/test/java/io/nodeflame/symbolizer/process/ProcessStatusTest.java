package io.nodeflame.symbolizer.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProcessStatusTest {
  private static final String STATUS =
      """
      Name:\tnode
      Umask:\t0022
      State:\tS (sleeping)
      Tgid:\t4711
      Ngid:\t0
      Pid:\t4711
      PPid:\t4700
      TracerPid:\t0
      Uid:\t1000\t65534\t1000\t1000
      Gid:\t1000\t1000\t1000\t1000
      FDSize:\t64
      Groups:\t4 24 1000 \nNStgid:\t4711\t17\t1
      NSpid:\t4711\t17\t1
      NSpgid:\t4711\t17\t1
      VmPeak:\t  111116 kB
      """;

  private static String stat(String name) {
    return "4711 ("
        + name
        + ") S 4700 4711 4711 0 -1 4194560 8034 0 2 0 118 20 0 0 20 0 11 0 "
        + "8372919 1131323392 15000 18446744073709551615 1 1 0 0 0 0 0 16781312 134234626 0 0 0\n";
  }

  @Test
  void readsWhoTheProcessIs() throws IOException {
    ProcessStatus status = parse(STATUS, stat("node"));
    assertEquals(new ProcessId(4711, 8372919), status.id());
    assertEquals(4711, status.tgid());
    assertEquals(65534, status.uid());
    assertEquals("node", status.name());
    assertEquals(1, status.namespacePid());
    assertEquals(3, status.namespaceDepth());
    assertFalse(status.kernelThread());
  }

  @Test
  void readsNamesThatImitateTheRestOfTheLine() throws IOException {
    for (String name : new String[] {"a b", "a) S 1 (b", ") R 1 2 3", "x\ny) Z 0", "(", "", ")"}) {
      assertEquals(8372919, parse(STATUS, stat(name)).id().startTimeTicks(), name);
    }
    String escaped = STATUS.replace("Name:\tnode", "Name:\ta\\nUid:\t0\t0 Pid:\t1");
    assertEquals(65534, parse(escaped, stat("node")).uid());
    assertEquals("a\\nUid:\t0\t0 Pid:\t1", parse(escaped, stat("node")).name());
  }

  @Test
  void knowsThreadsAndKernelThreads() throws IOException {
    String thread = STATUS.replace("\nPid:\t4711", "\nPid:\t4712");
    assertEquals(4712, parse(thread, stat("node")).id().pid());
    assertEquals(4711, parse(thread, stat("node")).tgid());
    String kernel =
        "4711 (kworker/0:0H-events) I 2 0 0 0 -1 69238880 0 0 0 0 0 0 0 0 0 -20 1 0 58 0 0 0\n";
    ProcessStatus status = parse(STATUS, kernel);
    assertTrue(status.kernelThread());
    assertEquals(58, status.id().startTimeTicks());
  }

  @Test
  void takesThePidWhereTheKernelHasNoNamespaces() throws IOException {
    ProcessStatus status = parse(STATUS.replaceAll("NSpid.*\n", ""), stat("node"));
    assertEquals(4711, status.namespacePid());
    assertEquals(1, status.namespaceDepth());
  }

  @Test
  void keepsTheBitsOfALargeUid() throws IOException {
    ProcessStatus status = parse(STATUS.replace("65534", "4294967294"), stat("node"));
    assertEquals(4294967294L, Integer.toUnsignedLong(status.uid()));
  }

  @Test
  void refusesTextThatIsNotTheKernels() {
    for (String status :
        new String[] {
          "",
          "Pid:\t1\n",
          "Name:\tx\n",
          STATUS.replace("Uid:", "Vid:"),
          STATUS.replace("\nPid:\t4711", "\nPid:\t-1"),
          STATUS.replace("Tgid:\t4711", "Tgid:\t99999999999999999999"),
          STATUS.replace("65534", "99999999999"),
          STATUS.replace("65534", "6x")
        }) {
      assertThrows(MalformedException.class, () -> parse(status, stat("node")), status);
    }
    for (String stat :
        new String[] {"", "1 (x", "1 (x) S 1 2 3", stat("x").replace("8372919", "y")}) {
      assertThrows(MalformedException.class, () -> parse(STATUS, stat), stat);
    }
  }

  @Test
  void survivesEveryMutation() throws IOException {
    byte[] status = Files.readAllBytes(Path.of("/proc/self/status"));
    byte[] stat = Files.readAllBytes(Path.of("/proc/self/stat"));
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] a = Mutation.of(status, random);
      byte[] b = Mutation.of(stat, random);
      try {
        ProcessStatus parsed = ProcessStatus.parse(a, a.length, b, b.length);
        assertTrue(parsed.id().pid() >= 0 && parsed.id().startTimeTicks() >= 0);
        assertTrue(parsed.namespaceDepth() >= 1 && parsed.namespaceDepth() <= 64);
      } catch (MalformedException e) {
        refused++;
      }
    }
    assertTrue(refused > 100 && refused < 20_000, refused + " refused");
  }

  private static ProcessStatus parse(String status, String stat) throws MalformedException {
    byte[] a = status.getBytes(StandardCharsets.UTF_8);
    byte[] b = stat.getBytes(StandardCharsets.UTF_8);
    return ProcessStatus.parse(a, a.length, b, b.length);
  }
}
