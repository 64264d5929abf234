package io.nodeflame.symbolizer.host;

import static io.nodeflame.symbolizer.host.HostBench.name;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.symbolizer.AddressSpace;
import io.nodeflame.symbolizer.elf.Toolchain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All names of a node whose cache directory cannot be used, from the start on. */
class FailingCacheDirectoryTest {
  private static final long ANONYMOUS = 0x7000_0000;

  @TempDir Path directory;

  @Test
  void functionsOfFilesHaveNames() throws IOException {
    Path cache = Files.createFile(directory.resolve("cache"));
    Path program = new Toolchain(directory).compile("victim", Victim.SOURCE, "-ldl");
    try (HostBench bench = HostBench.of(cache);
        Victim victim = Victim.start(program)) {
      AddressSpace space = bench.read(victim);
      assertEquals("hidden_function", name(space, victim.address("hidden_function")));
      assertEquals("puts", name(space, victim.address("puts")));
      assertEquals(2, bench.symbolizer().statistics().cacheFiles());
      assertTrue(bench.symbolizer().statistics().cacheBytes() > 10_000);
      Files.delete(cache);
      space.close();
      bench.advance(Duration.ofMinutes(2));
      space = bench.read(victim);
      assertEquals("puts", name(space, victim.address("puts")));
      try (var files = Files.list(cache)) {
        assertEquals(1, files.count());
      }
      space.close();
    }
  }

  @Test
  void runTimeCodeHasNames() throws IOException {
    Path cache = Files.createFile(directory.resolve("cache"));
    FakeProcess process = new FakeProcess(Files.createDirectory(directory.resolve("proc")));
    process.mapAnonymous(ANONYMOUS, ANONYMOUS + 0x10000);
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      lines.append(String.format("%x 10 generated_%d%n", ANONYMOUS + 16L * i, i));
    }
    Files.writeString(process.perfMap(), lines);
    try (HostBench bench = HostBench.of(cache, 1 << 20, process.proc(), CodeFiles.Limits.DEFAULT)) {
      AddressSpace space = bench.symbolizer().read(FakeProcess.PID, FakeProcess.TICKS);
      for (int i = 0; i < 1000; i++) {
        assertEquals("generated_" + i, name(space, ANONYMOUS + 16L * i + 3));
      }
      assertEquals(0, bench.symbolizer().statistics().cacheBytes());
      space.close();
    }
  }
}
