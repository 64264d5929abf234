package io.nodeflame.symbolizer.go;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.symbolizer.bytes.ArrayBytes;
import io.nodeflame.symbolizer.bytes.ByteSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class GoTextStartTest {
  private static final long TABLE_ADDRESS = 0x50_0000;
  private static final long MODULE_ADDRESS = 0x60_0000;
  private static final long TEXT = 0x40_1000;

  /** Offset of the names in a 64-bit table of Go 1.20. */
  private static final long NAMES = 72;

  private final ByteSource table =
      new ArrayBytes(new PclnBytes(PclnVersion.GO_1_20, ByteOrder.LITTLE_ENDIAN, 8, TEXT).bytes(0));

  @Test
  void moduleIsFoundAmongOtherWords() throws IOException {
    ByteBuffer data = module(TABLE_ADDRESS + NAMES, 3);
    assertEquals(OptionalLong.of(TEXT), inModule(data));
  }

  @Test
  void wordThatOnlyLooksLikeTheTableIsNoModule() throws IOException {
    assertEquals(OptionalLong.empty(), inModule(module(TABLE_ADDRESS + NAMES + 8, 3)));
    assertEquals(OptionalLong.empty(), inModule(module(TABLE_ADDRESS + NAMES, 4)));
  }

  @Test
  void relocationsAreReadInAnyOrder() throws IOException {
    ByteBuffer relocations = ByteBuffer.allocate(5 * 24).order(ByteOrder.LITTLE_ENDIAN);
    relocation(relocations, MODULE_ADDRESS + 22 * 8, TEXT);
    relocation(relocations, MODULE_ADDRESS + 8, TABLE_ADDRESS + NAMES);
    relocation(relocations, MODULE_ADDRESS + 0x400, TABLE_ADDRESS);
    relocation(relocations, MODULE_ADDRESS, TABLE_ADDRESS);
    assertEquals(OptionalLong.of(TEXT), inRelocations(relocations));
  }

  @Test
  void relocationOfTheTableAloneIsNotEnough() throws IOException {
    ByteBuffer relocations = ByteBuffer.allocate(2 * 24).order(ByteOrder.LITTLE_ENDIAN);
    relocation(relocations, MODULE_ADDRESS, TABLE_ADDRESS);
    relocation(relocations, MODULE_ADDRESS + 22 * 8, TEXT);
    assertEquals(OptionalLong.empty(), inRelocations(relocations));
  }

  @Test
  void isNeededOnlyWhenTheTableDoesNotSayIt() throws IOException {
    assertTrue(GoTextStart.isNeeded(table));
    for (PclnVersion version : PclnVersion.values()) {
      byte[] said = new PclnBytes(version, ByteOrder.LITTLE_ENDIAN, 8, TEXT).bytes(TEXT);
      assertFalse(GoTextStart.isNeeded(new ArrayBytes(said)));
    }
  }

  /** The sampling thread may wait for it. */
  @Test
  void hostileSectionsAreReadOnceOrTwiceAndNotWhole() throws IOException {
    long[] read = new long[1];
    ByteSource endless =
        new ByteSource() {
          @Override
          public long size() {
            return 1L << 40;
          }

          @Override
          public void read(long offset, byte[] target, int targetOffset, int length) {
            read[0] += length;
            ByteBuffer words = ByteBuffer.allocate(length + 8).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < length; i += 8) {
              words.putLong((offset + i) % (64 << 10) == 0 ? TABLE_ADDRESS : offset + i);
            }
            System.arraycopy(words.array(), 0, target, targetOffset, length);
          }
        };
    assertEquals(OptionalLong.empty(), GoTextStart.inModule(table, TABLE_ADDRESS, endless));
    assertTrue(read[0] <= 33L << 20, read[0] + " bytes");
    read[0] = 0;
    assertEquals(OptionalLong.empty(), GoTextStart.inRelocations(table, TABLE_ADDRESS, endless));
    assertTrue(read[0] <= 66L << 20, read[0] + " bytes");
  }

  private OptionalLong inModule(ByteBuffer data) throws IOException {
    return GoTextStart.inModule(table, TABLE_ADDRESS, bytes(data));
  }

  private OptionalLong inRelocations(ByteBuffer relocations) throws IOException {
    return GoTextStart.inRelocations(table, TABLE_ADDRESS, bytes(relocations));
  }

  private static ByteSource bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.capacity()];
    buffer.get(0, bytes);
    return new ArrayBytes(bytes);
  }

  private static ByteBuffer module(long names, long functabLength) {
    int first = 5;
    ByteBuffer data = ByteBuffer.allocate(400).order(ByteOrder.LITTLE_ENDIAN);
    data.putLong(8, TABLE_ADDRESS);
    data.putLong(8 * first, TABLE_ADDRESS);
    data.putLong(8 * (first + 1), names);
    data.putLong(8 * (first + 17), functabLength);
    data.putLong(8 * (first + 20), TEXT + 0x10);
    data.putLong(8 * (first + 21), TEXT + 0x90);
    data.putLong(8 * (first + 22), TEXT);
    return data;
  }

  private static void relocation(ByteBuffer out, long address, long addend) {
    out.putLong(address).putLong(8).putLong(addend);
  }
}
