package io.nodeflame.symbolizer.go;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.nodeflame.symbolizer.bytes.ArrayBytes;
import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.bytes.MalformedException;
import io.nodeflame.symbolizer.callframe.SmallElf;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged tables give answers or are refused; they never crash, hang or fill the memory. */
final class PclnMutationTest {
  private static final long MAX_ALLOCATED_BYTES = 4L << 20;

  @TempDir static Path directory;

  @Test
  void damagedSmallTables() throws IOException {
    Random random = new Random(11);
    int refused = 0;
    for (PclnVersion version : PclnVersion.values()) {
      for (int round = 0; round < 1000; round++) {
        byte[] bytes = new PclnBytes(version, ByteOrder.LITTLE_ENDIAN, 8, 0x1000).bytes(0);
        for (int change = 0; change < 1 + round % 3; change++) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        ByteSource source = new ArrayBytes(bytes);
        refused += ask(source, 0x1000, random.longs(4, 0x1000, 0x1100).toArray());
        PclnFinder.find(source, bytes.length);
      }
    }
    assertTrue(refused > 100, "only " + refused + " were refused");
  }

  @Test
  void damagedRealTable() throws Exception {
    GoBinary binary = GoBinary.build(directory, GoBinary.Build.PLAIN);
    SmallElf elf = new SmallElf(binary.stripped());
    ByteSource section = GoBinary.tableOf(elf).bytes();
    long text = GoBinary.textStart(elf).orElseThrow();
    byte[] bytes = new byte[(int) section.size()];
    section.read(0, bytes, 0, bytes.length);
    long end = text + 0x10_0000;

    Random random = new Random(13);
    int refused = 0;
    for (int round = 0; round < 300; round++) {
      byte[] before = new byte[64];
      int[] places = new int[before.length];
      // Half of the damage goes into the header, which most depends on.
      for (int change = 0; change < before.length; change++) {
        boolean header = change == 0 && round % 2 == 0;
        places[change] = random.nextInt(header ? 72 : bytes.length);
        before[change] = bytes[places[change]];
        bytes[places[change]] = (byte) random.nextInt();
      }
      refused += ask(new ArrayBytes(bytes), text, random.longs(40, text, end).toArray());
      for (int change = before.length - 1; change >= 0; change--) {
        bytes[places[change]] = before[change];
      }
    }
    assertTrue(refused > 10, "only " + refused + " were refused");
  }

  /** Asks everything; returns 1 when the table was refused. */
  private static int ask(ByteSource source, long text, long[] addresses) throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    int refused = 0;
    try {
      PclnTable table = PclnTable.open(source, text);
      for (long pc : addresses) {
        refused |= askOne(table, pc);
      }
    } catch (MalformedException e) {
      refused = 1;
    }
    long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    assertTrue(allocated < MAX_ALLOCATED_BYTES, () -> allocated + " bytes allocated");
    return refused;
  }

  private static int askOne(PclnTable table, long pc) throws IOException {
    try {
      table.find(pc);
      table.position(pc);
      table.stackDepth(pc);
      return 0;
    } catch (MalformedException e) {
      return 1;
    }
  }
}
