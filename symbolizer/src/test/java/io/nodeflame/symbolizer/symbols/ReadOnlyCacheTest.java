package io.nodeflame.symbolizer.symbols;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a small file system of its own, which can be full or read-only; root alone can mount it. */
class ReadOnlyCacheTest {
  private static final FileKey KEY = FileKey.ofBuildId("aaaaaaaa");

  @TempDir Path directory;
  private boolean isMounted;

  private void mount(String options) throws Exception {
    isMounted = run("mount", "-t", "tmpfs", "-o", options, "none", directory.toString());
    if (!isMounted) {
      System.out.println("skipped: mounting a file system is not permitted");
    }
    assumeTrue(isMounted, "mounting a file system is not permitted");
  }

  @AfterEach
  void unmount() throws Exception {
    assertTrue(!isMounted || run("umount", "-l", directory.toString()));
  }

  private static boolean run(String... command) throws Exception {
    try {
      return new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private SymbolCache open(long maxBytes) {
    return SymbolCache.open(directory, maxBytes, Clock.systemUTC());
  }

  private static SymbolSource source(int nameLength) {
    byte[] name = "n".repeat(nameLength).getBytes(StandardCharsets.US_ASCII);
    return consumer -> consumer.symbol(SymbolKind.GLOBAL, 16, 16, 64, name, name.length);
  }

  @Test
  void whatIsThereIsUsedThoughNothingCanBeWritten() throws Exception {
    mount("size=1m");
    open(1 << 20).store(KEY, true, source(10)).orElseThrow().close();
    assertTrue(run("mount", "-o", "remount,ro", directory.toString()));

    for (long maxBytes : new long[] {1 << 20, 10}) { // with the second, it should be deleted
      SymbolCache cache = open(maxBytes);
      assertThrows(
          CacheException.class, () -> cache.store(FileKey.ofBuildId("bb"), true, source(3)));
      try (SymbolTable table = cache.find(KEY).orElseThrow()) {
        assertEquals("n".repeat(10), table.find(20).orElseThrow().name());
      }
      assertEquals(0, cache.stats().corrupt());
    }
  }

  @Test
  void aFullDiskKeepsNothingOfWhatDidNotFit() throws Exception {
    mount("size=64k");
    SymbolCache cache = open(1 << 20);
    assertThrows(CacheException.class, () -> cache.store(KEY, true, source(100_000)));
    cache.store(KEY, true, source(20_000)).orElseThrow().close();
    try (var files = Files.list(directory)) {
      assertEquals(1, files.count());
    }
  }
}
