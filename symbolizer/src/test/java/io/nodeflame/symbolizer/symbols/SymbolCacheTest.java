package io.nodeflame.symbolizer.symbols;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.symbolizer.UnnamedReason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SymbolCacheTest {
  private static final FileKey A = FileKey.ofBuildId("aaaaaaaa");
  private static final FileKey B = FileKey.ofBuildId("bbbbbbbb");
  private static final FileKey C = FileKey.ofBuildId("cccccccc");

  /** Bytes of an index with one symbol of a long name. */
  private static final int FILE_BYTES = 1000;

  @TempDir Path parent;

  private Path directory;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  @BeforeEach
  void place() {
    directory = parent.resolve("deeper/cache");
  }

  private SymbolCache open(long maxBytes) throws IOException {
    return SymbolCache.open(directory, maxBytes, Clock.fixed(now, ZoneOffset.UTC));
  }

  private static SymbolSource source(String text) {
    int length = FILE_BYTES - IndexFormat.HEADER_BYTES - IndexFormat.ENTRY_BYTES - 1;
    byte[] name = (text + "x".repeat(length - text.length())).getBytes(StandardCharsets.UTF_8);
    return consumer -> consumer.symbol(SymbolKind.GLOBAL, 0x10, 0x10, 0x100, name, name.length);
  }

  private static SymbolTable store(SymbolCache cache, FileKey key, String text) throws IOException {
    return cache.store(key, true, source(text)).orElseThrow();
  }

  private static String found(SymbolCache cache, FileKey key) {
    Optional<LeasedTable> table = cache.find(key);
    if (table.isEmpty()) {
      return "-";
    }
    try (SymbolTable open = table.get()) {
      return open.find(0x18).orElseThrow().name().substring(0, 1);
    }
  }

  @Test
  void keepsWhatIsStoredAndCounts() throws IOException {
    SymbolCache cache = open(10 * FILE_BYTES);

    assertEquals("-", found(cache, A));
    store(cache, A, "a").close();
    assertEquals("a", found(cache, A));

    assertEquals(new SymbolCacheStats(FILE_BYTES, 1, 1, 1, 0, 0, 0), cache.stats());
    assertEquals(List.of("b-aaaaaaaa.sym"), names());
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void evictsTheLeastRecentlyUsed() throws IOException {
    SymbolCache cache = open(2 * FILE_BYTES);
    store(cache, A, "a").close();
    store(cache, B, "b").close();
    assertEquals("a", found(cache, A));

    store(cache, C, "c").close();

    assertEquals("-", found(cache, B));
    assertEquals("a", found(cache, A));
    assertEquals("c", found(cache, C));
    assertEquals(1, cache.stats().evictions());
    assertEquals(2 * FILE_BYTES, cache.stats().bytes());
    assertEquals(List.of("b-aaaaaaaa.sym", "b-cccccccc.sym"), names());
  }

  @Test
  void neverEvictsWhatIsInUse() throws IOException {
    SymbolCache cache = open(2 * FILE_BYTES);
    SymbolTable a = store(cache, A, "a");
    store(cache, B, "b").close();

    store(cache, C, "c").close();
    assertEquals("a", found(cache, A));
    assertEquals("-", found(cache, B));

    SymbolTable c = cache.find(C).orElseThrow();
    assertEquals(Optional.empty(), cache.store(B, true, source("b")));
    assertEquals(1, cache.stats().refused());
    assertEquals(2 * FILE_BYTES, cache.stats().bytes());
    a.close();
    a.close();
    c.close();
    store(cache, B, "b").close();
    assertEquals("b", found(cache, B));
    assertEquals("-", found(cache, A));
    assertEquals(Optional.empty(), a.find(0x10), "given back");
    assertEquals(UnnamedReason.CACHE_FAILED, a.unnamedReason());
  }

  @Test
  void aRestartFindsTheFilesAndTheirOrder() throws IOException {
    SymbolCache before = open(10 * FILE_BYTES);
    store(before, A, "a").close();
    store(before, B, "b").close();
    store(before, C, "c").close();
    for (FileKey key : List.of(B, C, A)) {
      now = now.plusSeconds(10);
      Path file = directory.resolve(key.text() + ".sym");
      Files.setLastModifiedTime(file, FileTime.from(now));
    }

    SymbolCache after = open(2 * FILE_BYTES);

    assertEquals(new SymbolCacheStats(2 * FILE_BYTES, 2, 0, 0, 1, 0, 0), after.stats());
    assertEquals("-", found(after, B));
    assertEquals("a", found(after, A));
    assertEquals("c", found(after, C));
  }

  @Test
  void useIsRememberedAcrossARestart() throws IOException {
    store(open(10 * FILE_BYTES), A, "a").close();
    now = now.plusSeconds(3600L * 24 * 365 * 20);
    assertEquals("a", found(open(10 * FILE_BYTES), A));

    assertEquals(now, Files.getLastModifiedTime(directory.resolve("b-aaaaaaaa.sym")).toInstant());
  }

  @Test
  void aCorruptFileIsDroppedAndRebuilt() throws IOException {
    SymbolCache cache = open(10 * FILE_BYTES);
    for (byte[] content : List.of(new byte[0], new byte[FILE_BYTES], new byte[] {1, 2, 3})) {
      store(cache, A, "a").close();
      Files.write(directory.resolve("b-aaaaaaaa.sym"), content);
      assertEquals("-", found(cache, A));
      assertEquals(List.of(), names());
      assertEquals(0, cache.stats().bytes());
    }
    assertEquals(3, cache.stats().corrupt());
    store(cache, A, "a").close();
    Files.delete(directory.resolve("b-aaaaaaaa.sym"));
    assertEquals("-", found(cache, A));
    store(cache, A, "a").close();
    assertEquals("a", found(cache, A));
  }

  /** An error of opening says nothing of the file; building it again would need files, too. */
  @Test
  void aGoodFileThatCannotBeOpenedNowIsNotBuiltAgain() throws IOException {
    SymbolCache cache = open(10 * FILE_BYTES);
    store(cache, A, "a").close();
    Path file = directory.resolve("b-aaaaaaaa.sym");
    byte[] good = Files.readAllBytes(file);
    Files.delete(file);
    Files.createSymbolicLink(file, file); // ELOOP, as EMFILE an error that is not the content's

    assertEquals("-", found(cache, A));
    assertThrows(CacheException.class, () -> cache.store(A, true, source("b")));
    assertTrue(Files.isSymbolicLink(file), "kept");
    assertEquals(0, cache.stats().corrupt());
    assertEquals(1, cache.stats().files());

    Files.delete(file);
    Files.write(file, good);
    assertEquals("a", found(cache, A));
    store(cache, A, "b").close();
    assertEquals("b", found(cache, A));
  }

  @Test
  void aFileThatIsCutWhileItIsInUseIsDroppedAndRebuilt() throws IOException {
    SymbolCache cache = open(10 * FILE_BYTES);
    SymbolTable first = store(cache, A, "a");
    Path file = directory.resolve("b-aaaaaaaa.sym");
    try (FileChannel owner = FileChannel.open(file, StandardOpenOption.WRITE)) {
      owner.truncate(FILE_BYTES / 2);
    }
    assertEquals(Optional.empty(), first.find(0x10));
    assertEquals(UnnamedReason.CACHE_FAILED, first.unnamedReason());
    assertEquals("-", found(cache, A), "not shared with the next user");
    assertEquals(1, cache.stats().corrupt());
    store(cache, A, "b").close();
    assertEquals("b", found(cache, A));
    first.close();
    assertEquals("b", found(cache, A));
  }

  @Test
  void replacesATableInUse() throws IOException {
    SymbolCache cache = open(2 * FILE_BYTES);
    SymbolTable old = store(cache, A, "o");

    store(cache, A, "n").close();

    assertEquals("n", found(cache, A));
    assertTrue(old.find(0x10).orElseThrow().name().startsWith("o"));
    old.close();
    assertEquals("n", found(cache, A));
    assertEquals(FILE_BYTES, cache.stats().bytes());
    assertEquals(1, cache.stats().files());
  }

  @Test
  void aFailedBuildLeavesNothing() throws IOException {
    SymbolCache cache = open(10 * FILE_BYTES);

    assertThrows(
        IOException.class,
        () ->
            cache.store(
                A,
                true,
                consumer -> {
                  throw new IOException("gone");
                }));

    assertEquals(List.of(), names());
    assertEquals(0, cache.stats().files());
  }

  @Test
  void oneFileMayNotTakeMoreThanHalf() throws IOException {
    SymbolCache cache = open(2 * FILE_BYTES - 2);

    assertThrows(IOException.class, () -> cache.store(A, true, source("a")));
    assertEquals(List.of(), names());
  }

  @Test
  void removesAbandonedTemporaryFilesAndNothingElse() throws IOException {
    Files.createDirectories(directory);
    Path old = Files.createFile(directory.resolve("index-1.tmp"));
    Path young = Files.createFile(directory.resolve("index-2.tmp"));
    Path foreign = Files.createFile(directory.resolve("notes.txt"));
    Files.setLastModifiedTime(old, FileTime.from(now.minusSeconds(7200)));
    Files.setLastModifiedTime(young, FileTime.from(now.minusSeconds(60)));

    assertEquals(0, open(FILE_BYTES).stats().files());

    assertFalse(Files.exists(old));
    assertTrue(Files.exists(young));
    assertTrue(Files.exists(foreign));
  }

  @Test
  void survivesThatItsDirectoryIsDeleted() throws IOException {
    SymbolCache cache = open(10 * FILE_BYTES);
    store(cache, A, "a").close();
    Files.delete(directory.resolve("b-aaaaaaaa.sym"));
    Files.delete(directory);

    assertEquals("-", found(cache, A));
    store(cache, A, "a").close();
    assertEquals("a", found(cache, A));
  }

  @Test
  void keysAreFileNames() {
    assertEquals("b-abcdef01-3", FileKey.of("abcdef01", 1, 2, 3, 4).text());
    assertEquals("f-1-2-3-4", FileKey.of("ab".repeat(100), 1, 2, 3, 4).text());
    assertEquals("f-801-2-ff-4", FileKey.of("", 0x801, 2, 255, 4).text());
    assertEquals("f-801-2-ff-4", FileKey.of("abc", 0x801, 2, 255, 4).text());
    assertThrows(IllegalArgumentException.class, () -> FileKey.ofBuildId("../x"));
    assertThrows(IllegalArgumentException.class, () -> FileKey.ofBuildId("a".repeat(200)));
  }
}
