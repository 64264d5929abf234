package io.nodeflame.symbolizer.symbols;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.bytes.ArrayBytes;
import io.nodeflame.symbolizer.elf.ElfFile;
import io.nodeflame.symbolizer.elf.Toolchain;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;
import org.slf4j.event.SubstituteLoggingEvent;
import org.slf4j.helpers.SubstituteLogger;

/** A cache directory that cannot be written takes no names away. */
class FailingCacheTest {
  /** Each write to it fails with ENOSPC, as on a full disk. */
  private static final IndexFiles FULL_DISK =
      (path, options) -> FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE);

  @TempDir Path work;
  private final AtomicLong nanos = new AtomicLong(1);
  private final Queue<SubstituteLoggingEvent> logged = new ArrayDeque<>();
  private Path directory;
  private MemoryTables memory;
  private CacheOutage outage;
  private ElfFile program;

  @BeforeEach
  void prepare() throws IOException {
    directory = work.resolve("cache");
    memory = new MemoryTables(1 << 20);
    outage = new CacheOutage(new SubstituteLogger("log", logged, false), directory, nanos::get);
    program = Toolchain.parse(new Toolchain(work).program("program", "-static"));
  }

  private SymbolTables tables(IndexFiles files) {
    SymbolCache cache = SymbolCache.open(directory, 64 << 20, Clock.systemUTC(), files);
    return new SymbolTables(
        cache, memory, outage, new DebugFiles(path -> java.util.Optional.empty(), List.of()));
  }

  private SymbolTable load(SymbolTables tables, int number) {
    FileKey key = FileKey.ofFile(number, 2, 3, 4);
    return tables.load(key, program, "", path -> java.util.Optional.empty(), List.of());
  }

  private static List<Symbol> symbols(SymbolTable table) {
    List<Symbol> symbols = new ArrayList<>();
    for (int i = 0; i < table.count(); i++) {
      Symbol symbol = table.symbol(i).orElseThrow();
      assertEquals(symbol, table.find(symbol.start()).orElseThrow());
      symbols.add(symbol);
    }
    return symbols;
  }

  private List<Level> levels() {
    return logged.stream().map(SubstituteLoggingEvent::getLevel).toList();
  }

  private long filesInDirectory() throws IOException {
    try (var files = Files.list(directory)) {
      return files.count();
    }
  }

  @Test
  void aFullDiskGivesTheSameSymbolsAsOneWithRoom() throws IOException {
    List<Symbol> expected;
    try (SymbolTable table = load(tables(FileChannel::open), 1)) {
      expected = symbols(table);
    }
    assertTrue(expected.size() > 500, () -> "only " + expected.size());
    long before = filesInDirectory();
    SymbolTables tables = tables(FULL_DISK);

    SymbolTable table = load(tables, 2);

    assertEquals(expected, symbols(table));
    assertEquals(UnnamedReason.NO_SYMBOL_AT_ADDRESS, table.unnamedReason());
    assertEquals(1, tables.memoryCount());
    assertTrue(tables.memoryBytes() > 24L * expected.size());
    assertEquals(before, filesInDirectory());
    table.close();
    table.close();
    assertEquals(0, tables.memoryBytes());
    assertEquals(0, tables.memoryCount());
    assertEquals(expected, symbols(table), "readable after it was given back");
  }

  @Test
  void saysSoOnceAndUsesTheDirectoryWhenItWorksAgain() throws IOException {
    Files.writeString(directory, "a file where the directory should be");
    SymbolTables tables = tables(FileChannel::open);
    for (int i = 0; i < 3; i++) {
      try (SymbolTable table = load(tables, i)) {
        assertTrue(table.count() > 0);
      }
    }
    assertEquals(List.of(Level.WARN), levels());
    String message = logged.element().getMessage();
    assertTrue(message.contains("symbols.cacheDir") && message.contains("from memory"), message);
    assertEquals(directory, logged.element().getArgumentArray()[0]);

    Files.delete(directory);
    SymbolTable again = load(tables, 0);

    assertTrue(again.count() > 0);
    assertEquals(0, tables.memoryCount());
    assertEquals(1, filesInDirectory());
    assertEquals(List.of(Level.WARN, Level.INFO), levels());
    again.close();
  }

  /** As at the end of the program. */
  @Test
  void anInterruptIsNoFailureOfTheDisk() throws IOException {
    program = ElfFile.parse(new ArrayBytes(Files.readAllBytes(work.resolve("program"))));
    SymbolTables tables = tables(FileChannel::open);
    Thread.currentThread().interrupt();
    SymbolTable table = load(tables, 1);
    assertTrue(Thread.interrupted());
    assertEquals(UnnamedReason.CACHE_FAILED, table.unnamedReason());
    assertEquals(List.of(), levels());
    try (SymbolTable again = load(tables, 1)) {
      assertTrue(again.count() > 0);
      assertEquals(0, tables.memoryCount());
    }
  }

  @Test
  void aDiskThatComesAndGoesIsToldOfNowAndThen() {
    for (int i = 0; i < 10; i++) {
      fail("a", 10);
      fail("a", 10);
      outage.written("a", 10);
      outage.written("a", 10);
    }
    assertEquals(List.of(Level.WARN, Level.INFO), levels());
    nanos.addAndGet(Duration.ofMinutes(10).toNanos());
    fail("a", 10);
    assertEquals(List.of(Level.WARN, Level.INFO, Level.WARN), levels());
  }

  private void fail(String what, long bytes) {
    outage.failed(what, bytes, new IOException("no room"));
  }

  @Test
  void aSmallTableThatFitsIsNotTheEnd() {
    fail("large", 5000);
    fail("small", 100);
    outage.written("other", 4999);
    outage.written("small", 100);
    assertEquals(List.of(Level.WARN), levels());
    outage.written("another large one", 5000);
    assertEquals(List.of(Level.WARN, Level.INFO), levels());
  }

  @Test
  void whatWasTooLargeToBeMeasuredEndsWhenItFits() {
    fail("huge", CacheOutage.UNKNOWN_BYTES);
    fail("large", 5000);
    outage.written("other", 1 << 30);
    assertEquals(List.of(Level.WARN), levels());
    outage.written("huge", 1 << 20);
    assertEquals(List.of(Level.WARN, Level.INFO), levels());
  }

  /** The process that needed it has ended, perhaps: nothing tries it again. */
  @Test
  void aFailureOfLongAgoIsForgotten() {
    fail("huge", CacheOutage.UNKNOWN_BYTES);
    nanos.addAndGet(Duration.ofMinutes(9).toNanos());
    outage.written("other", 100);
    assertEquals(List.of(Level.WARN), levels());
    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    outage.written("other", 100);
    assertEquals(List.of(Level.WARN, Level.INFO), levels());
  }

  @Test
  void theFailuresThatAreRememberedAreBounded() {
    for (int i = 0; i < 5000; i++) {
      fail("table " + i, CacheOutage.UNKNOWN_BYTES);
    }
    for (int i = 5000 - 1024; i < 5000; i++) {
      assertEquals(List.of(Level.WARN), levels());
      outage.written("table " + i, 1);
    }
    assertEquals(List.of(Level.WARN, Level.INFO), levels());
  }

  @Test
  void theDirectoryWorksAgainWhenTheTableThatDidNotFitIsThere() throws IOException {
    AtomicBoolean isFull = new AtomicBoolean(true);
    SymbolTables tables =
        tables(
            (path, options) ->
                isFull.get() ? FULL_DISK.open(path, options) : FileChannel.open(path, options));
    try (SymbolTable inMemory = load(tables, 1)) {
      assertTrue(inMemory.count() > 0);
      outage.written("a smaller table", 1000);
      assertEquals(List.of(Level.WARN), levels());
    }
    isFull.set(false);
    load(tables, 1).close();
    assertEquals(List.of(Level.WARN, Level.INFO), levels());
  }

  @Test
  void memoryIsBoundedAndSharedByThoseWhoHoldATable() {
    SymbolTables tables = tables(FULL_DISK);
    SymbolTable first = load(tables, 1);
    SymbolTable same = load(tables, 1);
    assertEquals(1, tables.memoryCount());
    long bytes = tables.memoryBytes();
    List<SymbolTable> held = new ArrayList<>();
    SymbolTable last = load(tables, 2);
    for (int i = 3; last.count() > 0 && i < 10_000; i++) {
      held.add(last);
      last = load(tables, i);
    }
    assertEquals(UnnamedReason.CACHE_FAILED, last.unnamedReason());
    assertTrue(tables.memoryBytes() <= 1 << 20 && tables.memoryBytes() > (1 << 20) - bytes);
    first.close();
    assertEquals(UnnamedReason.CACHE_FAILED, load(tables, 20_000).unnamedReason());
    same.close();
    SymbolTable fits = load(tables, 20_000);
    assertTrue(fits.count() > 0);
    fits.close();
    held.forEach(SymbolTable::close);
    assertEquals(0, tables.memoryBytes());
  }

  /** The names fit into memory, the records of the sort do not fit on the disk. */
  @Test
  void aDiskThatIsFullOnlyForTheSortIsNoneEither() throws IOException {
    IndexFiles fullForSorting =
        (path, options) ->
            String.valueOf(path.getFileName()).startsWith("sort-")
                ? FULL_DISK.open(path, options)
                : FileChannel.open(path, options);
    SymbolCache cache = SymbolCache.open(directory, 64 << 20, Clock.systemUTC(), fullForSorting);
    memory = new MemoryTables(4 << 20);
    SymbolSource source = manySymbols(SymbolChunk.MAX_RECORDS + 1);
    CacheException failure = null;
    try {
      cache.store(FileKey.ofBuildId("aa"), true, source);
    } catch (CacheException e) {
      failure = e;
    }
    assertNotEquals(null, failure);
    assertEquals(0, filesInDirectory());
    assertEquals(new SymbolCacheStats(0, 0, 0, 0, 0, 0, 0), cache.stats());

    SymbolTable table = memory.store(FileKey.ofBuildId("aa"), true, source).orElseThrow();
    assertEquals(SymbolChunk.MAX_RECORDS + 1, table.count());
    assertEquals(table.count() - 1, table.indexOf(16L * table.count() - 1));
    table.close();
  }

  private static SymbolSource manySymbols(int count) {
    return consumer -> {
      byte[] name = new byte[8];
      for (int i = 0; i < count; i++) {
        long at = 16L * (i * 7919L % count); // a permutation: a prime and no multiple of it
        for (int digit = 0; digit < name.length; digit++) {
          name[digit] = (byte) ('a' + ((at >> (4 * digit)) & 15));
        }
        consumer.symbol(SymbolKind.LOCAL, at, 16, 16L * count, name, name.length);
      }
    };
  }

  @Test
  void countsWhatIsBeingWritten() throws IOException {
    SymbolCache cache = SymbolCache.open(directory, 64 << 20, Clock.systemUTC());
    long[] most = new long[1];
    SymbolSource watched =
        consumer ->
            manySymbols(100_000)
                .forEach(
                    (kind, start, size, limit, name, length) -> {
                      consumer.symbol(kind, start, size, limit, name, length);
                      most[0] = Math.max(most[0], cache.stats().bytes());
                    });
    cache.store(FileKey.ofBuildId("aa"), true, watched).orElseThrow().close();
    assertTrue(most[0] > 3 * 32_768 * 24, () -> most[0] + " bytes of names and of records");
    assertEquals(Files.size(directory.resolve("b-aa.sym")), cache.stats().bytes());
  }

  @Test
  void aSourceThatGrowsBetweenThePassesIsMalformed() throws IOException {
    for (String first : List.of("a", "long name")) {
      int[] pass = new int[1];
      SymbolSource growing =
          consumer -> {
            byte[] name =
                (pass[0]++ == 0 ? first : "another name").getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < pass[0]; i++) {
              consumer.symbol(SymbolKind.LOCAL, 16L * i, 16, 1000, name, name.length);
            }
          };
      boolean malformed = false;
      try {
        memory.store(FileKey.ofBuildId("aa"), true, growing);
      } catch (io.nodeflame.symbolizer.bytes.MalformedException e) {
        malformed = true;
      }
      assertTrue(malformed);
      assertEquals(0, memory.usedBytes());
      assertEquals(0, memory.count());
    }
  }

  @Test
  void aTableOfNothingIsOneToo() throws IOException {
    SymbolTable table = memory.store(FileKey.ofBuildId("aa"), true, consumer -> {}).orElseThrow();
    assertEquals(UnnamedReason.NO_SYMBOLS, table.unnamedReason());
    assertEquals(-1, table.indexOf(0));
    assertFalse(memory.find(FileKey.ofBuildId("bb")).isPresent());
    table.close();
  }
}
