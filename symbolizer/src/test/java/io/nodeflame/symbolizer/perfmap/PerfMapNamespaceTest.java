package io.nodeflame.symbolizer.perfmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.symbolizer.process.ContainerRoot;
import io.nodeflame.symbolizer.process.FileRefusal;
import io.nodeflame.symbolizer.process.OpenPolicy;
import io.nodeflame.symbolizer.process.ProcFs;
import io.nodeflame.symbolizer.process.ProcessStatus;
import io.nodeflame.symbolizer.process.RefusedFile;
import io.nodeflame.symbolizer.process.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A real process with pid and mount namespaces, a /tmp and a user of its own. */
class PerfMapNamespaceTest {
  private static final String CONTAINER =
      """
      mount -t tmpfs none /tmp
      setpriv --reuid 65534 --regid 65534 --clear-groups sh -c '
        ln -s /etc/shadow /tmp/shadow
        ln -s /proc/1/root/etc/shadow /tmp/magic
        echo "1000 10 of the container" > /tmp/perf-$$.map
        echo $$
        exec sleep 1000'
      """;

  @Test
  void findsTheMapByTheLastPidInTheProcessesOwnTmp() throws Exception {
    Requirement.root();
    Requirement.tool("unshare");
    Requirement.tool("setpriv");
    Process unshare =
        new ProcessBuilder(
                "unshare", "--pid", "--mount", "--fork", "--mount-proc", "sh", "-c", CONTAINER)
            .start();
    try (PageMemory memory = PageMemory.inMemory(1 << 20)) {
      int inner = Integer.parseInt(unshare.inputReader().readLine());
      ProcFs proc = ProcFs.ofSystem();
      ProcessStatus process = sleeping(proc, unshare);
      assertEquals(inner, process.namespacePid());
      assertEquals(2, process.namespaceDepth());
      assertEquals(65534, process.uid());
      Path hosts = Path.of("/tmp/perf-" + inner + ".map");
      assertTrue(Files.notExists(hosts), "the host has a file of this name");

      try (PerfMap map = new PerfMap(proc, process, PerfMapLimits.DEFAULT, memory)) {
        assertTrue(map.refresh());
        assertEquals(Optional.of("of the container"), map.find(0x1008));
      }
      ContainerRoot root = proc.containerRoot(process.id().pid());
      OpenPolicy policy = OpenPolicy.atMost(1 << 20);
      assertEquals(
          new RefusedFile(FileRefusal.NOT_REGULAR),
          root.open("/tmp/shadow", policy.withoutLastLink()));
      assertEquals(
          new RefusedFile(FileRefusal.LINK_LOOP), root.open("/tmp/magic", policy), "magic link");
    } finally {
      unshare.descendants().forEach(ProcessHandle::destroyForcibly);
      unshare.destroyForcibly().waitFor();
    }
  }

  private static ProcessStatus sleeping(ProcFs proc, Process unshare) throws IOException {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (System.nanoTime() < deadline) {
      for (ProcessHandle handle : unshare.descendants().toList()) {
        Optional<ProcessStatus> status = proc.status((int) handle.pid());
        if (status.isPresent() && status.get().name().equals("sleep")) {
          return status.get();
        }
      }
    }
    throw new AssertionError("the process did not start");
  }
}
