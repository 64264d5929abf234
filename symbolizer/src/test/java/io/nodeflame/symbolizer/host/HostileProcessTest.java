package io.nodeflame.symbolizer.host;

import static io.nodeflame.symbolizer.host.HostBench.name;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.symbolizer.AddressSpace;
import io.nodeflame.symbolizer.FrameKind;
import io.nodeflame.symbolizer.Location;
import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.bytes.ArrayBytes;
import io.nodeflame.symbolizer.elf.ElfFile;
import io.nodeflame.symbolizer.elf.ElfSymbol;
import io.nodeflame.symbolizer.elf.Toolchain;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wrong files, and processes that go at each step, over a made-up {@code /proc}. */
class HostileProcessTest {
  private static final long START = 0x10_0000;
  private static final long ANONYMOUS = 0x7000_0000;

  @TempDir Path directory;
  private FakeProcess process;
  private HostBench bench;

  @BeforeEach
  void open() throws IOException {
    process = new FakeProcess(Files.createDirectory(directory.resolve("proc")));
    bench =
        HostBench.of(directory.resolve("cache"), 1 << 20, process.proc(), CodeFiles.Limits.DEFAULT);
  }

  @AfterEach
  void close() {
    bench.close();
    assertEquals(0, HostBench.descriptorsBelow(directory));
  }

  private AddressSpace read() {
    return bench.symbolizer().read(FakeProcess.PID, FakeProcess.TICKS);
  }

  private static Optional<UnnamedReason> reason(AddressSpace space, long address) {
    return space.locate(address, false).unnamed();
  }

  /** A program that begins with its only segment, so that all of it can be mapped at once. */
  private byte[] program() throws IOException {
    Path file =
        new Toolchain(directory)
            .compile(
                "program",
                "int function_of_it(int x) { return x + 1; } void _start(void) {}",
                "-nostdlib",
                "-static",
                "-Wl,-N,-Ttext-segment=0x100000");
    return Files.readAllBytes(file);
  }

  private long functionIn(byte[] program) throws IOException {
    ElfFile elf = ElfFile.parse(new ArrayBytes(program));
    ElfSymbol symbol = elf.symbolsNamed(Set.of("function_of_it")).get("function_of_it");
    return symbol.address()
        - elf.segments().get(0).address()
        + elf.segments().get(0).offset()
        + START;
  }

  @Test
  void theMadeUpProcessWorks() throws IOException {
    byte[] program = program();
    process.map(START, "program", program);
    AddressSpace space = read();
    assertFalse(space.isGone());
    assertEquals("function_of_it", name(space, functionIn(program)));
    space.close();
  }

  @Test
  void garbageIsMalformed() throws IOException {
    process.map(
        START, "garbage", "not an ELF file".repeat(100).getBytes(StandardCharsets.US_ASCII));
    process.map(START + 0x10000, "empty", new byte[0]);
    process.map(START + 0x20000, "magic", new byte[] {0x7f, 'E', 'L', 'F'});
    AddressSpace space = read();
    for (int i = 0; i < 3; i++) {
      assertEquals(
          Optional.of(UnnamedReason.FILE_MALFORMED), reason(space, START + i * 0x10000L + 5));
      assertFalse(space.isReturnAddressAtStackPointer(START + i * 0x10000L + 5));
    }
    Location location = space.locate(START + 5, false);
    assertEquals("garbage+0x5", HostBench.function(location));
    assertEquals(0, bench.openFiles());
    space.close();
  }

  @Test
  void aFileThatIsMissingIsTriedAgainLater() throws IOException {
    byte[] program = program();
    process.map(START, "program", program);
    Path file = process.root().resolve("program");
    Path away = Files.move(file, directory.resolve("away"));
    AddressSpace first = read();
    assertEquals(Optional.of(UnnamedReason.FILE_UNREADABLE), reason(first, functionIn(program)));
    Files.move(away, file);
    AddressSpace second = read();
    assertEquals(Optional.of(UnnamedReason.FILE_UNREADABLE), reason(second, functionIn(program)));
    bench.advance(Duration.ofSeconds(11));
    AddressSpace third = read();
    assertEquals("function_of_it", name(third, functionIn(program)));
    first.close();
    second.close();
    third.close();
  }

  @Test
  void aProcessMayGoAtEachStep() throws IOException {
    byte[] program = program();
    long function = functionIn(program);
    process.map(START, "program", program);
    process.mapAnonymous(ANONYMOUS, ANONYMOUS + 0x1000);
    Files.writeString(process.perfMap(), "70000000 100 generated\n");

    AddressSpace locatedLater = read();
    AddressSpace perfMapLater = read();
    assertEquals("function_of_it", name(perfMapLater, function));
    AddressSpace refreshedLater = read();
    assertEquals("generated", name(refreshedLater, ANONYMOUS + 5));
    process.die();

    assertTrue(read().isGone());
    assertEquals(Optional.of(UnnamedReason.PROCESS_GONE), reason(read(), function));
    assertEquals("function_of_it", name(locatedLater, function));
    assertEquals(Optional.of(UnnamedReason.PROCESS_GONE), reason(perfMapLater, ANONYMOUS + 5));
    perfMapLater.refresh();
    assertEquals(Optional.of(UnnamedReason.PROCESS_GONE), reason(perfMapLater, ANONYMOUS + 5));
    refreshedLater.refresh();
    assertEquals("generated", name(refreshedLater, ANONYMOUS + 5), "what was named stays");
    bench.advance(Duration.ofSeconds(2));
    assertEquals(Optional.of(UnnamedReason.NO_MAPPING), reason(refreshedLater, 5));
    locatedLater.close();
    perfMapLater.close();
    refreshedLater.close();
    assertEquals(
        Optional.of(UnnamedReason.PROCESS_GONE),
        reason(perfMapLater, ANONYMOUS + 5),
        "after it was closed");
    assertEquals(0, bench.symbolizer().statistics().addressSpaces());
  }

  @Test
  void aPidOfAnotherProcessIsGone() throws IOException {
    byte[] program = program();
    process.map(START, "program", program);
    AddressSpace before = read();
    process.writeStat(FakeProcess.TICKS + 1);
    assertTrue(read().isGone());
    process.mapAnonymous(ANONYMOUS, ANONYMOUS + 0x1000);
    bench.advance(Duration.ofSeconds(2));
    assertFalse(before.isCode(ANONYMOUS), "another process's memory");
    process.delete("stat");
    assertTrue(read().isGone());
    before.close();
  }

  @Test
  void aProgramThatCalledExecIsNotReadForTheOldOne() throws IOException {
    byte[] program = program();
    process.map(START, "program", program);
    AddressSpace before = read();
    process.writeMaps("7000000-7001000 r-xp 00000000 08:01 77 /other\n");
    bench.advance(Duration.ofSeconds(2));
    assertFalse(before.isCode(0x7000010));
    assertEquals(Optional.of(UnnamedReason.NO_MAPPING), reason(before, 0x7000010));
    assertEquals("function_of_it", name(before, functionIn(program)));
    before.close();
  }

  @Test
  void hostileMapsAreNotBelieved() throws IOException {
    process.writeMaps("zzzz\n-\n10-5 r-xp 0 0:0 0 x\n" + "f".repeat(100_000) + "\n");
    assertTrue(read().isGone(), "no mapping at all");
    process.writeMaps("1000-2000 r-xp 00000000 08:01 1 " + "/a".repeat(3000) + "\n");
    AddressSpace space = read();
    assertTrue(reason(space, 0x1001).isPresent());
    space.close();
  }

  /** Opening each on the sampling thread would take seconds. */
  @Test
  void aProcessThatMapsThousandsOfFilesIsReadInPart() throws IOException {
    StringBuilder maps = new StringBuilder();
    for (int i = 0; i < 5000; i++) {
      maps.append(
          String.format("%x-%x r-xp 0 08:01 %d /f%d%n", i * 0x1000, (i + 1) * 0x1000, 100 + i, i));
    }
    process.writeMaps(maps.toString());
    AddressSpace space = read();
    int unreadable = 0;
    int refused = 0;
    for (int i = 0; i < 5000; i++) {
      UnnamedReason reason = reason(space, i * 0x1000L).orElseThrow();
      unreadable += reason == UnnamedReason.FILE_UNREADABLE ? 1 : 0;
      refused += reason == UnnamedReason.SYMBOLS_REFUSED ? 1 : 0;
    }
    assertEquals(256, unreadable);
    assertEquals(5000 - 256, refused);
    space.close();
  }

  /** In the daemon's small heap, mappings of many processes would add up. */
  @Test
  void mappingsOfAllProcessesTogetherAreBounded() throws IOException {
    StringBuilder maps = new StringBuilder();
    for (int i = 0; i < 30_000; i++) {
      maps.append(String.format("%x-%x r-xp 0 00:00 0%n", i * 0x2000, i * 0x2000 + 0x1000));
    }
    process.writeMaps(maps.toString());
    AddressSpace first = read();
    AddressSpace second = read();
    AddressSpace child = bench.symbolizer().inherit(second);
    AddressSpace third = read();
    assertEquals(Optional.of(UnnamedReason.SYMBOLS_REFUSED), reason(third, 0x2005));
    assertFalse(third.isGone());
    assertEquals(Optional.of(UnnamedReason.NO_PERF_MAP), reason(second, 0x2005));
    process.writeMaps("1000-2000 r-xp 0 00:00 0\n");
    AddressSpace small = read();
    assertEquals(Optional.of(UnnamedReason.NO_PERF_MAP), reason(small, 0x1005));
    process.writeMaps(maps.toString());
    child.close();
    assertEquals(Optional.of(UnnamedReason.SYMBOLS_REFUSED), reason(read(), 0x2005));
    first.close();
    AddressSpace fourth = read();
    assertEquals(Optional.of(UnnamedReason.NO_PERF_MAP), reason(fourth, 0x2005));
    second.close();
    small.close();
    fourth.close();
  }

  /** One process with tens of thousands of mappings must not take the sampling thread. */
  @Test
  void mappingsThatTakeLongToReadAreReadSeldom() throws IOException {
    process.map(START, "program", program());
    AddressSpace space = read();
    bench.advance(Duration.ofSeconds(1));
    bench.advanceWithEachLook(Duration.ofMillis(100));
    assertFalse(space.isCode(ANONYMOUS));
    bench.advanceWithEachLook(Duration.ZERO);
    process.mapAnonymous(ANONYMOUS, ANONYMOUS + 0x1000);
    bench.advance(Duration.ofMillis(1800));
    assertFalse(space.isCode(ANONYMOUS));
    bench.advance(Duration.ofSeconds(5));
    assertTrue(space.isCode(ANONYMOUS));
    space.close();
  }

  @Test
  void perfMapsOfAllProcessesTogetherAreReadAtABoundedRate() throws IOException {
    process.mapAnonymous(ANONYMOUS, ANONYMOUS + 0x10000);
    try (RandomAccessFile map = new RandomAccessFile(process.perfMap().toFile(), "rw")) {
      map.setLength(90L << 20);
      map.seek((90L << 20) - 100);
      map.write("\n70000000 10 at_the_end\n".getBytes(StandardCharsets.US_ASCII));
    }
    AddressSpace space = read();
    for (int i = 0; i < 20; i++) {
      assertTrue(reason(space, ANONYMOUS + 5).isPresent(), "64 MiB at once");
      space.refresh();
    }
    bench.advance(Duration.ofSeconds(1));
    space.refresh();
    assertTrue(reason(space, ANONYMOUS + 5).isPresent(), "16 more");
    bench.advance(Duration.ofSeconds(1));
    space.refresh();
    assertEquals("at_the_end", name(space, ANONYMOUS + 5));
    space.close();
  }

  @Test
  void damagedProgramsHaveNamesOrReasons() throws IOException {
    byte[] program = program();
    Random random = new Random(20260801);
    long end = System.nanoTime() + 2_000_000_000L;
    int rounds = 0;
    int named = 0;
    int unnamed = 0;
    for (; rounds < 400 && System.nanoTime() < end; rounds++) {
      byte[] damaged = program.clone();
      for (int i = random.nextInt(6); i >= 0; i--) {
        damaged[random.nextInt(random.nextBoolean() ? 64 : damaged.length)] =
            (byte) random.nextInt();
      }
      if (random.nextInt(4) == 0) {
        damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length));
      }
      FakeProcess victim = new FakeProcess(process.proc());
      victim.map(START, "damaged" + rounds, damaged);
      AddressSpace space = read();
      for (int i = 0; i < 20; i++) {
        long address = START + random.nextInt(damaged.length + 1);
        space.isReturnAddressAtStackPointer(address);
        if (reason(space, address).isPresent()) {
          unnamed++;
        } else {
          named++;
        }
      }
      space.switchesStacks();
      space.close();
      bench.advance(Duration.ofSeconds(1));
    }
    assertTrue(rounds > 20 && named > 0 && unnamed > 0, rounds + " " + named + " " + unnamed);
  }

  @Test
  void readsThePerfMapAsItGrowsAndAnew() throws IOException {
    process.mapAnonymous(ANONYMOUS, ANONYMOUS + 0x10000);
    AddressSpace space = read();
    int generation = space.refresh();
    assertEquals(Optional.of(UnnamedReason.NO_PERF_MAP), reason(space, ANONYMOUS + 5));
    Files.writeString(process.perfMap(), "70000000 10 first\n");
    int second = space.refresh();
    assertTrue(second != generation);
    Location first = space.locate(ANONYMOUS + 5, false);
    assertEquals("first", HostBench.function(first));
    assertEquals(FrameKind.JIT, first.kind());
    assertEquals(Optional.of(UnnamedReason.NOT_IN_PERF_MAP), reason(space, ANONYMOUS + 0x20));
    assertEquals(second, space.refresh());
    Files.writeString(process.perfMap(), "70000020 10 later\n", StandardOpenOption.APPEND);
    int third = space.refresh();
    assertTrue(third != second);
    assertEquals("first", name(space, ANONYMOUS + 5));
    assertEquals("later", name(space, ANONYMOUS + 0x20));
    Files.writeString(process.perfMap(), "70000000 10 other\n");
    assertTrue(space.refresh() != third);
    assertEquals("other", name(space, ANONYMOUS + 5));
    space.close();
  }

  @Test
  void aPerfMapOfAGigabyteIsReadInPieces() throws IOException {
    process.mapAnonymous(ANONYMOUS, ANONYMOUS + 0x10000);
    try (RandomAccessFile map = new RandomAccessFile(process.perfMap().toFile(), "rw")) {
      map.setLength(1L << 30);
      map.seek((1L << 30) - 100);
      map.write("\n70000000 10 at_the_end\n".getBytes(StandardCharsets.US_ASCII));
    }
    AddressSpace space = read();
    assertEquals(Optional.of(UnnamedReason.PERF_MAP_REFUSED), reason(space, ANONYMOUS + 5));
    for (int i = 0; i < 20; i++) {
      bench.advance(Duration.ofSeconds(1));
      space.refresh();
    }
    assertEquals("at_the_end", name(space, ANONYMOUS + 5));
    space.close();
  }

  /** Otherwise the caller would keep the reason of the first look. */
  @Test
  void anotherReasonIsAnotherGeneration() throws IOException {
    process.mapAnonymous(ANONYMOUS, ANONYMOUS + 0x10000);
    AddressSpace space = read();
    assertEquals(Optional.of(UnnamedReason.NO_PERF_MAP), reason(space, ANONYMOUS + 5));
    int before = space.refresh();
    Files.createDirectory(process.perfMap());
    int after = space.refresh();
    assertTrue(after != before);
    assertEquals(Optional.of(UnnamedReason.PERF_MAP_REFUSED), reason(space, ANONYMOUS + 5));
    assertEquals(after, space.refresh());
    space.close();
  }

  @Test
  void hostileLinesOfAPerfMapAreLeftOut() throws IOException {
    process.mapAnonymous(ANONYMOUS, ANONYMOUS + 0x10000);
    Files.writeString(
        process.perfMap(),
        "zz zz zz\n\n70000000\n70000000 ffffffffffffffff wraps\n-1 10 x\n"
            + "70000040 10 "
            + "n".repeat(1_000_000)
            + "\n70000060 10 \u001b[31mred\u0007\n70000080 10 good\n");
    AddressSpace space = read();
    assertEquals("good", name(space, ANONYMOUS + 0x80));
    assertFalse(name(space, ANONYMOUS + 0x60).contains("\u001b"));
    assertTrue(name(space, ANONYMOUS + 0x40).length() <= 4096);
    space.close();
  }

  @Test
  void aPerfMapThatIsNoFileIsRefused() throws IOException {
    process.mapAnonymous(ANONYMOUS, ANONYMOUS + 0x10000);
    Files.createDirectory(process.perfMap());
    AddressSpace space = read();
    assertEquals(Optional.of(UnnamedReason.PERF_MAP_REFUSED), reason(space, ANONYMOUS + 5));
    space.close();
  }
}
