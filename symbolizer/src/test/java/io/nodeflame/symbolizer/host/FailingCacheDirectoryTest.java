package io.nodeflame.symbolizer.host;

import static io.nodeflame.symbolizer.host.HostBench.name;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.symbolizer.AddressSpace;
import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.elf.Toolchain;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All names of a node whose cache directory cannot be used, from the start on. */
class FailingCacheDirectoryTest {
  private static final long ANONYMOUS = 0x7000_0000;
  private static final int MORE_THAN_IS_ON_THE_HEAP = 50_000;

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

  /** Its table is larger than the memory that stands in for the directory. */
  @Test
  void aRunningProcessGetsItsNamesOnceThereIsRoom() throws IOException {
    String manySymbols =
        """
        __asm__(".text\\n.macro many\\n"
                "label_with_a_long_name_that_takes_much_room_in_a_table_of_symbols_\\\\@: nop\\n"
                ".endm\\n.rept 120000\\nmany\\n.endr\\n");
        """;
    Path cache = Files.createFile(directory.resolve("cache"));
    Path program = new Toolchain(directory).compile("victim", Victim.SOURCE + manySymbols, "-ldl");
    try (HostBench bench = HostBench.of(cache);
        Victim victim = Victim.start(program)) {
      AddressSpace space = bench.read(victim);
      long address = victim.address("hidden_function");
      assertEquals(Optional.of(UnnamedReason.CACHE_FAILED), space.locate(address, false).unnamed());
      int version = space.refresh();
      Files.delete(cache);

      bench.advance(Duration.ofSeconds(59));
      assertEquals(version, space.refresh());
      bench.advance(Duration.ofSeconds(1));
      assertNotEquals(version, space.refresh(), "names are to be asked for again");
      assertEquals("hidden_function", name(space, address));

      version = space.refresh();
      bench.advance(Duration.ofMinutes(10));
      assertEquals(version, space.refresh());
      space.close();
    }
  }

  /** As when the disk under the directory fails, or somebody cuts the file. */
  @Test
  void anIndexThatCannotBeReadAnyMoreIsBuiltAgain() throws IOException {
    Path cache = directory.resolve("cache");
    Path program = new Toolchain(directory).compile("victim", Victim.SOURCE, "-ldl");
    try (HostBench bench = HostBench.of(cache);
        Victim victim = Victim.start(program)) {
      AddressSpace space = bench.read(victim);
      assertEquals("with_frame", name(space, victim.address("with_frame")));
      try (DirectoryStream<Path> indexes = Files.newDirectoryStream(cache, "*.sym")) {
        for (Path index : indexes) {
          try (FileChannel file = FileChannel.open(index, StandardOpenOption.WRITE)) {
            file.truncate(40);
          }
        }
      }
      long address = victim.address("hidden_function");
      assertEquals(Optional.of(UnnamedReason.CACHE_FAILED), space.locate(address, false).unnamed());
      int version = space.refresh();
      bench.advance(Duration.ofMinutes(1));
      assertNotEquals(version, space.refresh());
      assertEquals("hidden_function", name(space, address));
      space.close();
    }
  }

  @Test
  void runTimeCodeIsNamedAgainAfterTheFileOfItsNamesWasCut() throws IOException {
    Path cache = Files.createDirectory(directory.resolve("cache"));
    FakeProcess process = new FakeProcess(Files.createDirectory(directory.resolve("proc")));
    process.mapAnonymous(ANONYMOUS, ANONYMOUS + 0x20000);
    StringBuilder lines = new StringBuilder(String.format("%x 10 generated%n", ANONYMOUS));
    for (int i = 1; i < MORE_THAN_IS_ON_THE_HEAP; i++) {
      lines.append(String.format("%x 1 another function%n", ANONYMOUS + 0x10 + i));
    }
    Files.writeString(process.perfMap(), lines);
    try (HostBench bench = HostBench.of(cache, 1 << 20, process.proc(), CodeFiles.Limits.DEFAULT)) {
      AddressSpace space = bench.symbolizer().read(FakeProcess.PID, FakeProcess.TICKS);
      assertEquals("generated", name(space, ANONYMOUS + 3));
      int before = space.refresh();
      for (int i = 1; i < MORE_THAN_IS_ON_THE_HEAP; i += 100) {
        assertEquals("another function", name(space, ANONYMOUS + 0x10 + i));
      }
      cutPageFile(cache);
      assertEquals(
          Optional.of(UnnamedReason.CACHE_FAILED), space.locate(ANONYMOUS + 3, false).unnamed());
      int version = space.refresh();
      assertNotEquals(before, version);
      assertEquals("generated", name(space, ANONYMOUS + 3));
      assertEquals(version, space.refresh());
      assertEquals("generated", name(space, ANONYMOUS + 4));
      space.close();
    }
  }

  private static void cutPageFile(Path cache) throws IOException {
    try (DirectoryStream<Path> links = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path link : links) {
        if (Files.isSymbolicLink(link) && Files.readSymbolicLink(link).startsWith(cache)) {
          try (FileChannel file = FileChannel.open(link, StandardOpenOption.WRITE)) {
            file.truncate(0);
          }
        }
      }
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
