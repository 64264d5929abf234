package io.nodeflame.symbolizer.symbols;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.bytes.ArrayBytes;
import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.bytes.MalformedException;
import io.nodeflame.symbolizer.elf.ElfFile;
import io.nodeflame.symbolizer.elf.ReadelfSymbol;
import io.nodeflame.symbolizer.elf.Toolchain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.helpers.NOPLogger;

class SymbolTablesTest {
  private static final FileKey KEY = FileKey.ofFile(1, 2, 3, 4);

  private static final CacheOutage OUTAGE =
      new CacheOutage(NOPLogger.NOP_LOGGER, Path.of("/cache"), System::nanoTime);

  @TempDir Path work;
  @TempDir Path root;
  @TempDir Path cacheDirectory;

  private Toolchain tools;
  private SymbolCache cache;

  @BeforeEach
  void prepare() throws IOException {
    tools = new Toolchain(work);
    cache = SymbolCache.open(cacheDirectory, 64 << 20, Clock.systemUTC());
  }

  private SymbolTable load(ElfFile elf, SymbolSource... others) {
    DebugFiles debugFiles = new DebugFiles(new TrustedRoot(root), List.of("/usr/lib/debug"));
    return new SymbolTables(cache, OUTAGE, debugFiles)
        .load(KEY, elf, "/app/program", new TrustedRoot(root), List.of(others));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-pie",
        "-no-pie",
        "-static",
        "-rdynamic",
        "-shared -fPIC",
        "-pie -Wl,--build-id=none",
        "-no-pie -Wl,-Ttext-segment=0x10000000",
        "-pie -Wl,-z,separate-code"
      })
  void namesEveryFunctionOfNm(String options) throws IOException {
    Path file = tools.program("program", options.split(" "));

    try (SymbolTable table = load(Toolchain.parse(file))) {
      Map<Long, Set<String>> names = new HashMap<>();
      String nm = tools.run("nm", "--without-symbol-versions", file.toString());
      for (String line : nm.lines().toList()) {
        String[] words = line.strip().split(" ", -1);
        if (words.length == 3 && isFunction(words[1], words[2])) {
          long address = Long.parseLong(words[0], 16);
          names.computeIfAbsent(address, a -> new HashSet<>()).add(words[2]);
        }
      }
      assertTrue(names.size() > 10, names::toString);
      names.forEach(
          (address, choices) -> {
            Symbol symbol = table.find(address).orElseThrow(() -> new AssertionError(choices));
            if (!choices.contains("label_inside")) {
              assertEquals(address, symbol.start(), () -> choices + " " + symbol);
              assertTrue(choices.contains(symbol.name()), () -> choices + " " + symbol);
            }
          });
      assertEquals("outer", names(table).get("outer"));
      assertEquals("whole", names(table).get("whole"));
      assertEquals(null, names(table).get("__outer_alias"));
    }
  }

  /** Weak symbols may be of data, and the linker's marks are behind the code. */
  private static boolean isFunction(String nmType, String name) {
    return "tTiW".contains(nmType)
        && !Set.of("data_start", "etext", "_etext", "__etext").contains(name);
  }

  private static Map<String, String> names(SymbolTable table) {
    Map<String, String> names = new HashMap<>();
    for (int i = 0; i < table.count(); i++) {
      String name = table.symbol(i).orElseThrow().name();
      names.put(name, name);
    }
    return names;
  }

  @Test
  void namesEveryFunctionOfTheCLibrary() throws IOException {
    checkFunctions(tools.libc(), ".dynsym");
  }

  @Test
  void namesEveryFunctionOfAJavaMachine() throws IOException {
    Path libjvm = Path.of(System.getProperty("java.home"), "lib", "server", "libjvm.so");
    if (!Files.isRegularFile(libjvm)) {
      Toolchain.unavailable("libjvm.so");
    }
    checkFunctions(libjvm, ".dynsym");
  }

  private void checkFunctions(Path file, String tableName) throws IOException {
    List<ReadelfSymbol> functions =
        ReadelfSymbol.of(tools, file).stream()
            .filter(s -> s.table().equals(tableName) && !s.section().equals("UND"))
            .filter(s -> s.type().equals("FUNC") || s.type().equals("IFUNC"))
            .toList();
    Map<Long, Set<String>> names = new HashMap<>();
    for (ReadelfSymbol function : functions) {
      names.computeIfAbsent(function.address(), a -> new HashSet<>()).add(function.name());
    }
    assertTrue(functions.size() > 100, () -> "only " + functions.size());
    try (SymbolTable table = load(Toolchain.parse(file))) {
      for (ReadelfSymbol function : functions) {
        Symbol symbol = table.find(function.address()).orElseThrow();
        assertEquals(function.address(), symbol.start(), symbol::toString);
        assertTrue(names.get(function.address()).contains(symbol.name()), symbol::toString);
        assertTrue(table.find(function.address() + Math.max(1, function.size()) - 1).isPresent());
      }
    }
  }

  @Test
  void aStrippedFileIsNamedByItsDebugFileOnceThatIsThere() throws IOException {
    Path file = tools.program("program", "-g", "-rdynamic");
    Map<String, String> full;
    try (SymbolTable table = load(Toolchain.parse(file))) {
      full = names(table);
    }
    cache = SymbolCache.open(work.resolve("second"), 64 << 20, Clock.systemUTC());
    tools.run("objcopy", "--only-keep-debug", "program", "program.debug");
    tools.run("strip", "program");
    tools.run("objcopy", "--add-gnu-debuglink=program.debug", "program");
    ElfFile stripped = Toolchain.parse(file);
    try (SymbolTable table = load(stripped)) {
      assertEquals("outer", names(table).get("outer"), "exported");
      assertEquals(null, names(table).get("inner"), "static");
    }
    load(stripped).close();
    assertEquals(1, cache.stats().hits());

    Files.createDirectories(root.resolve("app"));
    Files.copy(work.resolve("program.debug"), root.resolve("app/program.debug"));

    try (SymbolTable table = load(stripped)) {
      assertEquals(full, names(table));
    }
    Files.delete(root.resolve("app/program.debug"));
    try (SymbolTable table = load(stripped)) {
      assertEquals(full, names(table), "out of the cache");
    }
    assertEquals(1, cache.stats().files());
  }

  @Test
  void asksOtherSourcesForAStrippedFileOnly() throws IOException {
    Path file = tools.program("program");
    ElfFile unstripped = Toolchain.parse(file);
    long text = unstripped.section(".text").orElseThrow().address();
    byte[] name = "main.work".getBytes(StandardCharsets.UTF_8);
    SymbolSource go =
        consumer -> consumer.symbol(SymbolKind.GLOBAL, text, 16, text + 64, name, name.length);
    tools.run("strip", "-o", "stripped", "program");

    try (SymbolTable table = load(Toolchain.parse(work.resolve("stripped")), go)) {
      assertEquals(Optional.of(new Symbol("main.work", text, 16)), table.find(text + 15));
      assertEquals(UnnamedReason.NO_SYMBOL_AT_ADDRESS, table.unnamedReason());
    }
    try (SymbolTable table = load(unstripped, go)) {
      assertEquals(null, names(table).get("main.work"));
      assertEquals("inner", names(table).get("inner"));
    }
  }

  @Test
  void noSymbolsIsAValueAndRemembered() throws IOException {
    Path file = tools.program("program", "-static");
    tools.run("strip", "program");

    for (int i = 0; i < 2; i++) {
      try (SymbolTable table = load(Toolchain.parse(file))) {
        assertEquals(0, table.count());
        assertEquals(Optional.empty(), table.find(0x401000));
        assertEquals(UnnamedReason.NO_SYMBOLS, table.unnamedReason());
      }
    }
    assertEquals(1, cache.stats().hits());
  }

  @Test
  void aMalformedSymbolTableIsAReason() throws IOException {
    Path file = tools.program("program", "-static");
    byte[] bytes = Files.readAllBytes(file);
    ElfFile good = ElfFile.parse(new ArrayBytes(bytes));
    int index = good.sections().indexOf(good.section(".symtab").orElseThrow());
    int sections =
        (int) java.nio.ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong(40);
    bytes[sections + index * 64 + 24 + 6] = 0x10; // its offset is far outside now

    try (SymbolTable table = load(ElfFile.parse(new ArrayBytes(bytes)))) {
      assertEquals(UnnamedReason.FILE_MALFORMED, table.unnamedReason());
    }
    assertEquals(0, cache.stats().files());
  }

  @Test
  void symbolsThatAreTooManyForTheCacheAreAReason() throws IOException {
    ElfFile elf = Toolchain.parse(tools.program("program", "-static"));
    cache = SymbolCache.open(cacheDirectory, 2000, Clock.systemUTC());

    try (SymbolTable table = load(elf)) {
      assertEquals(UnnamedReason.SYMBOLS_REFUSED, table.unnamedReason());
      assertEquals(-1, table.indexOf(elf.entry()));
    }
    assertEquals(0, cache.stats().files());
  }

  @Test
  void aCacheFullOfTablesInUseIsAReason() throws IOException {
    Path small = tools.program("small");
    long bytes;
    try (SymbolTable table = load(Toolchain.parse(small))) {
      assertTrue(table.count() > 0);
      bytes = cache.stats().bytes();
    }
    cache = SymbolCache.open(work.resolve("other"), 2 * bytes + bytes / 2, Clock.systemUTC());
    DebugFiles debugFiles = new DebugFiles(new TrustedRoot(root), List.of());
    SymbolTables tables = new SymbolTables(cache, OUTAGE, debugFiles);
    List<SymbolTable> held = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      FileKey key = FileKey.ofFile(7, i, 0, 0);
      held.add(tables.load(key, Toolchain.parse(small), "", new TrustedRoot(root), List.of()));
    }
    assertTrue(held.get(1).count() > 0);
    assertEquals(UnnamedReason.SYMBOLS_REFUSED, held.get(2).unnamedReason());
    held.forEach(SymbolTable::close);
  }

  @Test
  void aFileThatCannotBeReadIsAReason() throws IOException {
    byte[] bytes = Files.readAllBytes(tools.program("program"));
    boolean[] broken = new boolean[1];
    ByteSource source =
        new ByteSource() {
          @Override
          public long size() {
            return bytes.length;
          }

          @Override
          public void read(long offset, byte[] target, int targetOffset, int length)
              throws IOException {
            if (broken[0]) {
              throw new IOException("the disk is gone");
            }
            System.arraycopy(bytes, (int) offset, target, targetOffset, length);
          }
        };
    ElfFile elf = ElfFile.parse(source);
    broken[0] = true;

    try (SymbolTable table = load(elf)) {
      assertEquals(UnnamedReason.FILE_UNREADABLE, table.unnamedReason());
    }
    assertEquals(0, cache.stats().files());
  }

  @Test
  void keepsWhatASourceGaveBeforeItFailed() throws IOException {
    byte[] name = "kept".getBytes(StandardCharsets.UTF_8);
    SymbolSource failing =
        consumer -> {
          consumer.symbol(SymbolKind.GLOBAL, 16, 16, 64, name, name.length);
          throw new MalformedException("cut");
        };
    tools.program("program", "-static");
    tools.run("strip", "program");

    try (SymbolTable table = load(Toolchain.parse(work.resolve("program")), failing)) {
      assertEquals(Optional.of(new Symbol("kept", 16, 16)), table.find(20));
    }
  }

  @Test
  void mutantsGiveATableToo() throws IOException {
    byte[] original = Files.readAllBytes(tools.program("program", "-rdynamic"));
    ElfFile good = ElfFile.parse(new ArrayBytes(original));
    long[] tables = {
      good.section(".symtab").orElseThrow().offset(),
      good.section(".symtab").orElseThrow().size(),
      good.section(".dynsym").orElseThrow().offset(),
      good.section(".dynsym").orElseThrow().size(),
    };
    Random random = new Random(3);
    int differing = 0;
    for (int i = 0; i < 500; i++) {
      byte[] mutant = original.clone();
      for (int change = 0; change < 20; change++) {
        int table = 2 * random.nextInt(2);
        int at = (int) tables[table] + random.nextInt((int) tables[table + 1]);
        mutant[at] = (byte) (random.nextBoolean() ? 0xff : random.nextInt());
      }
      FileKey key = FileKey.ofFile(0, i, 0, 0);
      ElfFile elf = ElfFile.parse(new ArrayBytes(mutant));
      try (SymbolTable table =
          new SymbolTables(cache, OUTAGE, new DebugFiles(new TrustedRoot(root), List.of()))
              .load(key, elf, "", new TrustedRoot(root), List.of())) {
        for (int symbol = 0; symbol < table.count(); symbol++) {
          Symbol read = table.symbol(symbol).orElseThrow();
          assertTrue(table.indexOf(read.start()) >= symbol);
          assertTrue(read.size() > 0 && !read.name().isEmpty());
        }
        differing += names(table).containsKey("outer") ? 0 : 1;
      }
    }
    int changed = differing;
    assertTrue(changed > 5, () -> "only " + changed + " mutants lost a symbol");
  }
}
