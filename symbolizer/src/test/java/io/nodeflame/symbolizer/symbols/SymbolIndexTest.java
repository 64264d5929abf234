package io.nodeflame.symbolizer.symbols;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SymbolIndexTest {
  private static final long LIMIT = 0x1_0000;
  private static final long BOUND = 64 << 20;

  @TempDir Path directory;
  private final IndexChannels channels = new IndexChannels();

  private interface Filling {
    void fill(Writer writer) throws IOException;
  }

  private record Writer(SymbolConsumer target) {
    Writer add(SymbolKind kind, long start, long size, String name) throws IOException {
      return add(kind, start, size, LIMIT, name);
    }

    Writer add(SymbolKind kind, long start, long size, long limit, String name) throws IOException {
      byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
      target.symbol(kind, start, size, limit, bytes, bytes.length);
      return this;
    }
  }

  private SymbolIndex index(Filling filling) throws IOException {
    Path file = Files.createTempFile(directory, "index", ".sym");
    try (SymbolIndexWriter writer =
        new SymbolIndexWriter(FileChannel::open, file, directory, BOUND)) {
      filling.fill(new Writer(writer));
      writer.finish(true);
    }
    return SymbolIndex.open(file, channels);
  }

  private static String nameAt(SymbolTable table, long address) {
    return table.find(address).map(Symbol::name).orElse("-");
  }

  @Test
  void findsTheCoveringSymbol() throws IOException {
    SymbolIndex index =
        index(
            w ->
                w.add(SymbolKind.GLOBAL, 0x300, 0x10, "third")
                    .add(SymbolKind.LOCAL, 0x100, 0x10, "first")
                    .add(SymbolKind.GLOBAL, 0x110, 0x08, "second"));

    assertEquals(3, index.count());
    assertEquals("-", nameAt(index, 0xff));
    assertEquals(Optional.of(new Symbol("first", 0x100, 0x10)), index.find(0x100));
    assertEquals("first", nameAt(index, 0x10f));
    assertEquals("second", nameAt(index, 0x110));
    assertEquals("second", nameAt(index, 0x117));
    assertEquals("-", nameAt(index, 0x118));
    assertEquals("third", nameAt(index, 0x30f));
    assertEquals("-", nameAt(index, 0x310));
    assertEquals("-", nameAt(index, -1));
  }

  @Test
  void theInnermostWinsAndTheOuterGoesOnBehindIt() throws IOException {
    SymbolIndex index =
        index(
            w ->
                w.add(SymbolKind.GLOBAL, 0x100, 0x100, "outer")
                    .add(SymbolKind.GLOBAL, 0x120, 0x40, "middle")
                    .add(SymbolKind.GLOBAL, 0x130, 0x10, "inner")
                    .add(SymbolKind.GLOBAL, 0x1f0, 0x20, "overlapping")
                    .add(SymbolKind.GLOBAL, 0x200, 0x04, "short"));

    assertEquals("outer", nameAt(index, 0x11f));
    assertEquals("middle", nameAt(index, 0x12f));
    assertEquals("inner", nameAt(index, 0x13f));
    assertEquals("middle", nameAt(index, 0x140));
    assertEquals("outer", nameAt(index, 0x160));
    assertEquals("overlapping", nameAt(index, 0x1f8));
    assertEquals("short", nameAt(index, 0x203));
    assertEquals("overlapping", nameAt(index, 0x204));
    assertEquals("-", nameAt(index, 0x210));
  }

  @Test
  void aSymbolWithoutSizeReachesToTheNextOrTheLimit() throws IOException {
    SymbolIndex index =
        index(
            w ->
                w.add(SymbolKind.GLOBAL, 0x100, 0, "open")
                    .add(SymbolKind.GLOBAL, 0x140, 0x20, "sized")
                    .add(SymbolKind.LABEL, 0x150, 0, "label_in_sized")
                    .add(SymbolKind.LABEL, 0x140, 0, "label_of_sized")
                    .add(SymbolKind.LABEL, 0x180, 0, 0x1a0, "last_of_section")
                    .add(SymbolKind.GLOBAL, 0x200, 0, 0x240, "last"));

    assertEquals(Optional.of(new Symbol("open", 0x100, 0x40)), index.find(0x13f));
    assertEquals("sized", nameAt(index, 0x150));
    assertEquals("-", nameAt(index, 0x160));
    assertEquals("last_of_section", nameAt(index, 0x19f));
    assertEquals("-", nameAt(index, 0x1a0));
    assertEquals("last", nameAt(index, 0x23f));
    assertEquals("-", nameAt(index, 0x240));
  }

  @Test
  void choosesTheBestNameOfAnAddressInAnyOrder() throws IOException {
    List<String> names = new ArrayList<>(List.of("read", "__read", "_read", "__libc_read"));
    Random random = new Random(1);
    for (int i = 0; i < 10; i++) {
      Collections.shuffle(names, random);
      SymbolIndex index =
          index(
              w -> {
                w.add(SymbolKind.LABEL, 0x100, 0x10, "a");
                w.add(SymbolKind.LOCAL, 0x100, 0x10, "b");
                for (String name : names) {
                  w.add(SymbolKind.GLOBAL, 0x100, 0x10, name);
                }
              });
      assertEquals(1, index.count());
      assertEquals("read", nameAt(index, 0x108));
    }
  }

  @Test
  void cutsASymbolAtItsLimitAndRefusesOneBehindIt() throws IOException {
    SymbolIndex index =
        index(
            w ->
                w.add(SymbolKind.GLOBAL, 0x100, -1, 0x180, "huge")
                    .add(SymbolKind.GLOBAL, 0x200, 8, 0x200, "behind")
                    .add(SymbolKind.GLOBAL, 0xffff_ffff_8100_0000L, 16, -1, "kernel_like")
                    .add(SymbolKind.GLOBAL, 0x300, 8, ""));

    assertEquals(2, index.count());
    assertEquals(Optional.of(new Symbol("huge", 0x100, 0x80)), index.find(0x17f));
    assertEquals("kernel_like", nameAt(index, 0xffff_ffff_8100_000fL));
    assertEquals("-", nameAt(index, 0x200));
  }

  @Test
  void hundredsOfThousandsOfSymbolsAreFound() throws IOException {
    int count = 300_000;
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random(7));
    SymbolIndex index =
        index(
            w -> {
              for (int i : order) {
                w.add(SymbolKind.GLOBAL, 16L * i, 12, 16L * count, "function_" + i);
              }
            });

    assertEquals(count, index.count());
    for (int i = 0; i < count; i += 7) {
      assertEquals(i, index.indexOf(16L * i + 11));
      assertEquals(-1, index.indexOf(16L * i + 12));
    }
    for (int i = 0; i < count; i += 97) {
      assertEquals(new Symbol("function_" + i, 16L * i, 12), index.find(16L * i + 5).orElseThrow());
    }
    try (var files = Files.list(directory)) {
      assertEquals(1, files.count(), "temporary files stayed behind");
    }
  }

  @Test
  void agreesWithASlowSearchOnOverlappingSymbols() throws IOException {
    Random random = new Random(11);
    record Range(long start, long size) {}
    List<Range> ranges = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      ranges.add(new Range(random.nextInt(8000), 1 + random.nextInt(60)));
    }
    SymbolIndex index =
        index(
            w -> {
              for (Range range : ranges) {
                w.add(
                    SymbolKind.GLOBAL,
                    range.start(),
                    range.size(),
                    range.start() + "+" + range.size());
              }
            });

    for (long address = 0; address < 8100; address++) {
      Range expected = null;
      for (Range range : ranges) {
        boolean covers = address >= range.start() && address < range.start() + range.size();
        if (covers
            && (expected == null
                || range.start() > expected.start()
                || (range.start() == expected.start() && range.size() < expected.size()))) {
          expected = range;
        }
      }
      assertEquals(
          expected == null ? "-" : expected.start() + "+" + expected.size(),
          nameAt(index, address));
    }
  }

  @Test
  void deepNestingEndsInsteadOfTakingLong() throws IOException {
    SymbolIndex index =
        index(
            w -> {
              for (int i = 0; i < 50_000; i++) {
                w.add(SymbolKind.GLOBAL, i, 200_000 - 2L * i, 1 << 20, "n" + i);
              }
            });

    assertEquals("n49999", nameAt(index, 50_000));
    assertEquals("-", nameAt(index, 199_999));
  }

  @Test
  void refusesMoreThanItsBound() throws IOException {
    Path file = Files.createTempFile(directory, "index", ".sym");
    try (SymbolIndexWriter writer =
        new SymbolIndexWriter(FileChannel::open, file, directory, 4096)) {
      Writer target = new Writer(writer);
      assertThrows(
          TooManySymbolsException.class,
          () -> target.add(SymbolKind.GLOBAL, 1, 1, "x".repeat(5000)));
      assertThrows(TooManySymbolsException.class, () -> writer.finish(true));
    }
  }

  @Test
  void everyChangeOfTheFileIsNoticed() throws IOException {
    Path file = Files.createTempFile(directory, "index", ".sym");
    try (SymbolIndexWriter writer =
        new SymbolIndexWriter(FileChannel::open, file, directory, BOUND)) {
      new Writer(writer).add(SymbolKind.GLOBAL, 0x100, 0x10, "only");
      writer.finish(true);
    }
    byte[] good = Files.readAllBytes(file);
    assertEquals("only", nameAt(SymbolIndex.open(file, channels), 0x100));

    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 0x10;
      Files.write(file, bad);
      assertThrows(MalformedException.class, () -> SymbolIndex.open(file, channels), "byte " + i);
      Files.write(file, java.util.Arrays.copyOf(good, i));
      assertThrows(MalformedException.class, () -> SymbolIndex.open(file, channels), "length " + i);
    }
    assertEquals(1, channels.count(), "only the good one is open");
  }

  private Path writeMany(int count, String prefix) throws IOException {
    Path file = Files.createTempFile(directory, "index", ".sym");
    try (SymbolIndexWriter writer =
        new SymbolIndexWriter(FileChannel::open, file, directory, BOUND)) {
      for (int i = 0; i < count; i++) {
        new Writer(writer).add(SymbolKind.GLOBAL, 16L * i, 16, 16L * count, prefix + i);
      }
      writer.finish(true);
    }
    return file;
  }

  /** As when somebody cleans up with a redirection, or the disk loses blocks. */
  @Test
  void aFileThatIsCutWhileItIsInUseHasAReason() throws IOException {
    Path file = writeMany(10_000, "function_");
    byte[] good = Files.readAllBytes(file);
    for (int length = good.length - 1; length > 0; length -= good.length / 50) {
      Files.write(file, good);
      try (SymbolIndex index = SymbolIndex.open(file, channels)) {
        assertEquals("function_9999", nameAt(index, 16L * 9999));
        try (FileChannel owner = FileChannel.open(file, StandardOpenOption.WRITE)) {
          owner.truncate(length);
        }
        assertEquals("-", nameAt(index, 16L * 9999), "cut to " + length);
        assertEquals(UnnamedReason.CACHE_FAILED, index.unnamedReason());
        assertTrue(index.hasFailed());
      }
    }
    assertEquals(0, channels.count());
  }

  @Test
  void whatIsChangedInPlaceWhileItIsInUseIsNoException() throws IOException {
    Path file = writeMany(500, "function_");
    byte[] good = Files.readAllBytes(file);
    Random random = new Random(3);
    int failed = 0;
    for (int round = 0; round < 300; round++) {
      Files.write(file, good);
      try (SymbolIndex index = SymbolIndex.open(file, channels)) {
        byte[] bad = good.clone();
        for (int i = 0; i < 2000; i++) {
          bad[random.nextInt(bad.length)] = (byte) random.nextInt();
        }
        Files.write(file, bad, StandardOpenOption.WRITE);
        for (int i = 0; i < 50; i++) {
          index.find(random.nextInt(16 * 500));
        }
        failed += index.hasFailed() ? 1 : 0;
      }
    }
    assertTrue(failed > 30, "only " + failed + " noticed");
  }

  @Test
  void fewFilesAreOpenAtOnceAndTheOthersComeBack() throws IOException {
    IndexChannels few = new IndexChannels(2);
    List<SymbolIndex> indexes = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      indexes.add(SymbolIndex.open(writeMany(10 + i, "function_"), few));
    }
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 5; i++) {
        assertEquals("function_" + (9 + i), nameAt(indexes.get(i), 16L * (9 + i)));
        assertEquals(2, few.count());
      }
    }
    indexes.forEach(SymbolIndex::close);
    assertEquals(0, few.count());
    assertEquals("-", nameAt(indexes.get(0), 0), "given back");
    assertEquals(0, few.count());
  }

  @Test
  void anotherFileAtThePlaceOfAClosedOneIsNotTakenForIt() throws IOException {
    IndexChannels one = new IndexChannels(1);
    for (String name : List.of("functions", "another")) {
      Path file = writeMany(10, "function_");
      Path other = writeMany(10, name);
      try (SymbolIndex index = SymbolIndex.open(file, one)) {
        SymbolIndex.open(other, one).close(); // the first is closed for it
        assertEquals("function_9", nameAt(index, 144), "and comes back");
        SymbolIndex.open(other, one).close();
        Files.copy(other, file, StandardCopyOption.REPLACE_EXISTING);
        assertEquals("-", nameAt(index, 144));
        assertEquals(UnnamedReason.CACHE_FAILED, index.unnamedReason());
      }
    }
  }
}
