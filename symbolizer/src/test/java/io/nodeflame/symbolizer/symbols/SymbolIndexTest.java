package io.nodeflame.symbolizer.symbols;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
    return SymbolIndex.open(file);
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
  void hundredsOfThousandsOfSymbolsAreFoundWithoutAllocation() throws IOException {
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
    for (int i = 0; i < count; i++) {
      assertEquals(i, index.indexOf(16L * i + 11));
      assertEquals(-1, index.indexOf(16L * i + 12));
    }
    for (int i = 0; i < count; i += 97) {
      assertEquals("function_" + i, index.name(i));
    }
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = thread.getCurrentThreadAllocatedBytes();
    long sum = 0;
    for (int i = 0; i < count; i++) {
      int found = index.indexOf(16L * i + 5);
      sum += index.start(found) + index.size(found);
    }
    long allocated = thread.getCurrentThreadAllocatedBytes() - before;
    assertEquals(16L * count * (count - 1L) / 2 + 12L * count, sum);
    assertTrue(allocated < 4096, () -> allocated + " bytes for " + count + " lookups");
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
    assertEquals("only", nameAt(SymbolIndex.open(file), 0x100));

    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 0x10;
      Files.write(file, bad);
      assertThrows(MalformedException.class, () -> SymbolIndex.open(file), "byte " + i);
      Files.write(file, java.util.Arrays.copyOf(good, i));
      assertThrows(MalformedException.class, () -> SymbolIndex.open(file), "length " + i);
    }
  }
}
