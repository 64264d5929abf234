package io.nodeflame.symbolizer.go;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.symbolizer.bytes.ArrayBytes;
import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.bytes.MalformedException;
import io.nodeflame.symbolizer.bytes.PagedReader;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class PclnTableTest {
  private static final long TEXT = 0x401000;

  static Stream<Arguments> layouts() {
    return Arrays.stream(PclnVersion.values())
        .flatMap(
            version ->
                Stream.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)
                    .flatMap(
                        order ->
                            Stream.of(4, 8).map(bytes -> Arguments.of(version, order, bytes))));
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void everyLayoutIsRead(PclnVersion version, ByteOrder order, int pointerBytes)
      throws IOException {
    byte[] bytes = new PclnBytes(version, order, pointerBytes, TEXT).bytes(0);
    PclnTable table = PclnTable.open(new ArrayBytes(bytes), TEXT);

    GoFunction first = new GoFunction("main.first", TEXT + 0x10, TEXT + 0x50);
    GoFunction second = new GoFunction("main.second", TEXT + 0x50, TEXT + 0x90);
    assertEquals(Optional.empty(), table.find(TEXT + 0xf));
    assertEquals(Optional.of(first), table.find(TEXT + 0x10));
    assertEquals(Optional.of(first), table.find(TEXT + 0x4f));
    assertEquals(Optional.of(second), table.find(TEXT + 0x50));
    assertEquals(Optional.of(second), table.find(TEXT + 0x8f));
    assertEquals(Optional.empty(), table.find(TEXT + 0x90));

    assertEquals(Optional.of(new SourcePosition("/src/a.go", 10)), table.position(TEXT + 0x17));
    assertEquals(Optional.of(new SourcePosition("/src/a.go", 12)), table.position(TEXT + 0x18));
    assertEquals(Optional.of(new SourcePosition("/src/b.go", 10)), table.position(TEXT + 0x50));
    assertEquals(Optional.empty(), table.position(TEXT));

    assertEquals(OptionalInt.of(0), table.stackDepth(TEXT + 0x53));
    assertEquals(OptionalInt.of(24), table.stackDepth(TEXT + 0x54));
    assertEquals(OptionalInt.empty(), table.stackDepth(TEXT + 0x90));

    List<String> all = new ArrayList<>();
    table.forEach((entry, name) -> all.add(name + "@" + (entry - TEXT)));
    assertEquals(List.of("main.first@16", "main.second@80"), all);
    assertEquals(2, table.functionCount());
  }

  /** The sampling thread waits for stack depths. */
  @Test
  void tablesThatTakeLongAreRefused() throws IOException {
    byte[] bytes = new PclnBytes(PclnVersion.GO_1_20, ByteOrder.LITTLE_ENDIAN, 8, TEXT).bytes(TEXT);
    PclnHeader header = new PclnHeader(new ArrayBytes(bytes));
    byte[] longer = Arrays.copyOf(bytes, (int) header.values + 40_000);
    Arrays.fill(longer, (int) header.values + 1, longer.length, (byte) 2); // one more every 2 bytes
    PcValueTables values =
        new PcValueTables(new PagedReader(new ArrayBytes(longer), ByteOrder.LITTLE_ENDIAN), header);
    int steps = PcValueTables.MAX_DEPTH_STEPS;
    assertEquals(OptionalInt.of(steps - 1), values.value(1, 2L * steps - 1, steps));
    assertThrows(MalformedException.class, () -> values.value(1, 2L * steps, steps));
    assertEquals(OptionalInt.of(steps), values.value(1, 2L * steps, PcValueTables.MAX_STEPS));
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void tableIsFoundByItsMagic(PclnVersion version, ByteOrder order, int pointerBytes)
      throws IOException {
    byte[] table = new PclnBytes(version, order, pointerBytes, TEXT).bytes(0);
    byte[] file = new byte[5000 + table.length];
    // A magic alone, and a header that leads nowhere, come first.
    System.arraycopy(table, 0, file, 64, 4);
    System.arraycopy(table, 0, file, 128, 40);
    System.arraycopy(table, 0, file, 4096, table.length);
    ByteSource source = new ArrayBytes(file);

    assertEquals(OptionalLong.of(4096), PclnFinder.find(source, file.length));
    assertEquals(OptionalLong.empty(), PclnFinder.find(source, 4096));
    assertEquals(OptionalLong.empty(), PclnFinder.find(source.slice(0, 4096), file.length));
  }

  @Test
  void headerKnowsTextStartBest() throws IOException {
    byte[] bytes =
        new PclnBytes(PclnVersion.GO_1_20, ByteOrder.LITTLE_ENDIAN, 8, TEXT).bytes(0x70_0000);
    PclnTable table = PclnTable.open(new ArrayBytes(bytes), TEXT);
    assertEquals(0x70_0010, table.find(0x70_0010).orElseThrow().entry());
  }

  @Test
  void foreignBytesAreRefused() {
    assertThrows(MalformedException.class, () -> PclnTable.open(new ArrayBytes(new byte[100]), 0));
    assertThrows(MalformedException.class, () -> PclnTable.open(new ArrayBytes(new byte[3]), 0));
  }

  @Test
  void largeCountsAreRefused() {
    byte[] bytes = new PclnBytes(PclnVersion.GO_1_20, ByteOrder.LITTLE_ENDIAN, 8, TEXT).bytes(0);
    for (int at = 8; at < 16; at++) {
      byte[] changed = bytes.clone();
      changed[at] = (byte) 0x7f;
      assertThrows(MalformedException.class, () -> PclnTable.open(new ArrayBytes(changed), 0));
    }
  }

  @Test
  void openingReadsOnlyTheHeader() throws IOException {
    byte[] bytes = new PclnBytes(PclnVersion.GO_1_20, ByteOrder.LITTLE_ENDIAN, 8, TEXT).bytes(0);
    CountingBytes counting = new CountingBytes(new ArrayBytes(bytes));
    PclnTable.open(counting, TEXT);
    assertTrue(counting.bytesRead() <= 72, () -> counting.bytesRead() + " bytes read");
  }

  /** Counts what is read. */
  private static final class CountingBytes implements ByteSource {
    private final ByteSource source;
    private long bytesRead;

    CountingBytes(ByteSource source) {
      this.source = source;
    }

    long bytesRead() {
      return bytesRead;
    }

    @Override
    public long size() {
      return source.size();
    }

    @Override
    public void read(long offset, byte[] target, int targetOffset, int length) throws IOException {
      bytesRead += length;
      source.read(offset, target, targetOffset, length);
    }
  }
}
