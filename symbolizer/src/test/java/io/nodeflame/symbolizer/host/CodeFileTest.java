package io.nodeflame.symbolizer.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.bytes.ArrayBytes;
import io.nodeflame.symbolizer.elf.ElfFile;
import io.nodeflame.symbolizer.elf.Toolchain;
import io.nodeflame.symbolizer.process.FileIdentity;
import io.nodeflame.symbolizer.process.MappedFiles;
import io.nodeflame.symbolizer.process.ProcFs;
import io.nodeflame.symbolizer.symbols.CacheOutage;
import io.nodeflame.symbolizer.symbols.DebugFiles;
import io.nodeflame.symbolizer.symbols.FileOpener;
import io.nodeflame.symbolizer.symbols.SymbolCache;
import io.nodeflame.symbolizer.symbols.SymbolTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.helpers.NOPLogger;

class CodeFileTest {
  private static final FileOpener NOTHING = path -> Optional.empty();

  private static final CacheOutage OUTAGE =
      new CacheOutage(NOPLogger.NOP_LOGGER, Path.of("/cache"), System::nanoTime);

  @TempDir Path directory;
  private final OpenTables tables = new OpenTables();
  private final CodeFiles files =
      new CodeFiles(new MappedFiles(ProcFs.ofSystem()), tables, () -> 1, CodeFiles.Limits.DEFAULT);
  private SymbolCache cache;
  private byte[] content;

  @BeforeEach
  void compile() throws IOException {
    cache = SymbolCache.open(directory.resolve("cache"), 1 << 20, Clock.systemUTC());
    content = Files.readAllBytes(new Toolchain(directory).program("program", "-s"));
  }

  private CodeFile file(int number) throws IOException {
    FileIdentity identity = new FileIdentity(1, number, content.length, 0);
    return CodeFile.parse(new ArrayBytes(content), number, identity, "/program");
  }

  private SymbolLoader loader(FileOpener host) {
    return new SymbolLoader(
        new SymbolTables(cache, OUTAGE, new DebugFiles(host, List.of("/debug"))), files);
  }

  /** The sampling thread may not wait for a table that takes seconds to build. */
  @Test
  void nothingWaitsWhileSymbolsAreLoaded() throws Exception {
    CodeFile file = file(1);
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch proceed = new CountDownLatch(1);
    FileOpener slow =
        path -> {
          loading.countDown();
          awaitOrFail(proceed);
          return Optional.empty();
        };
    Thread collecting = new Thread(() -> file.symbols(loader(slow), NOTHING, 1));
    collecting.start();
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          awaitOrFail(loading);
          file.addUser(1);
          long entry = ElfFile.parse(new ArrayBytes(content)).entry();
          tables.of(file).isReturnAddressAtStackPointer(entry);
          assertEquals(0, files.openCount());
          files.sweep();
          file.removeUser(2);
          file.discard();
        });
    proceed.countDown();
    collecting.join();
    assertEquals(1, cache.stats().misses());
  }

  private static void awaitOrFail(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void usesAreCounted() throws IOException {
    CodeFile file = file(1);
    assertFalse(file.isInUse());
    file.addUser(1);
    file.addUser(1);
    file.removeUser(1);
    assertTrue(file.isInUse());
    file.removeUser(1);
    assertFalse(file.isInUse());
    assertThrows(IllegalStateException.class, () -> file.removeUser(1));
  }

  @Test
  void aFileThatWasClosedIsTriedAgainWhenItComesBack() throws IOException {
    CodeFile file = file(1);
    SymbolLoader loader = loader(NOTHING);
    file.close();
    assertEquals(UnnamedReason.FILE_UNREADABLE, file.symbols(loader, NOTHING, 1).unnamedReason());
    assertTrue(file.needsBytes(1));
    file.reopen(new ArrayBytes(content));
    assertEquals(UnnamedReason.NO_SYMBOLS, file.symbols(loader, NOTHING, 2).unnamedReason());
    assertFalse(file.needsBytes(2));
  }

  @Test
  void tablesAreKeptForTheFilesUsedLast() throws IOException {
    CodeFile first = file(1);
    CodeTables kept = tables.of(first);
    for (int i = 2; i < 40; i++) {
      tables.of(file(i));
    }
    assertSame(kept, tables.of(first));
    for (int i = 40; i < 100; i++) {
      tables.of(file(i));
    }
    assertEquals(48, tables.size());
    assertNotSame(kept, tables.of(first));
  }

  @Test
  void answersOfFilesAreNotMixedUp() {
    LeafAnswers answers = new LeafAnswers();
    assertEquals(LeafAnswers.UNKNOWN, answers.find(1, 0));
    int kept = 0;
    for (int file = 1; file <= 100; file++) {
      for (int address = 0; address < 300; address++) {
        answers.put(file, address, (file + address) % 3 == 0);
      }
    }
    for (int file = 1; file <= 100; file++) {
      for (int address = 0; address < 300; address++) {
        int found = answers.find(file, address);
        assertTrue(found == LeafAnswers.UNKNOWN || found == ((file + address) % 3 == 0 ? 1 : 0));
        kept += found == LeafAnswers.UNKNOWN ? 0 : 1;
      }
    }
    assertTrue(kept > 10_000, "of 16,384 places " + kept);
  }
}
