package io.nodeflame.symbolizer.callframe;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.nodeflame.symbolizer.bytes.ArrayBytes;
import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Damaged sections give rows or are refused; they never crash, hang or fill the memory. */
final class CallFrameMutationTest {
  private static final long MAX_ALLOCATED_BYTES = 16L << 20;

  @Test
  void damagedSmallSections() throws IOException {
    Random random = new Random(17);
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes =
          new FrameBytes()
              .common("zPLR", new int[] {0x03, 0, 0, 0, 0, 0x03, 0x03}, FrameBytes.X86_64_ENTRY)
              .shortFunction(0x1000, 0x100, 0x41, 0x0e, 16, 0x86, 2, 0x0a, 0x45, 0x0d, 6, 0x0b)
              .shortFunction(0x1100, 0x100, 0x41, 0x0f, 3, 0x76, 0x78, 6, 0x10, 6, 2, 0x76, 0)
              .bytes();
      for (int change = 0; change < 1 + round % 3; change++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      FrameSection frames = new FrameSection(new ArrayBytes(bytes), 0);
      refused += ask(() -> CallFrameTable.ofEhFrame(frames, FrameMachine.X86_64), random, 0x1000);
      refused +=
          ask(() -> CallFrameTable.ofDebugFrame(frames, FrameMachine.AARCH64), random, 0x1000);
    }
    assertTrue(refused > 1000, "only " + refused + " were refused");
  }

  @Test
  void damagedSectionsOfTheJavaLauncher() throws IOException {
    Path launcher = Path.of(System.getProperty("java.home"), "bin", "java").toRealPath();
    SmallElf elf = new SmallElf(launcher);
    FrameSection header = elf.section(".eh_frame_hdr");
    FrameSection frames = elf.section(".eh_frame");
    assertTrue(Files.size(launcher) > frames.bytes().size());
    Random random = new Random(19);
    int refused = 0;
    for (int round = 0; round < 2000; round++) {
      FrameSection damagedHeader = damaged(header, random, 1 + round % 2);
      FrameSection damagedFrames = damaged(frames, random, 8);
      refused +=
          ask(
              () -> CallFrameTable.ofEhFrame(damagedHeader, damagedFrames, FrameMachine.X86_64),
              random,
              elf.section(".text").address());
    }
    assertTrue(refused > 100, "only " + refused + " were refused");
  }

  /** Opens a table. */
  @FunctionalInterface
  private interface Opening {
    CallFrameTable open() throws IOException;
  }

  private static FrameSection damaged(FrameSection section, Random random, int changes)
      throws IOException {
    byte[] bytes = new byte[(int) section.bytes().size()];
    section.bytes().read(0, bytes, 0, bytes.length);
    for (int change = 0; change < changes; change++) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    return new FrameSection(new ArrayBytes(bytes), section.address());
  }

  /** Asks everything; returns 1 when something was refused. */
  private static int ask(Opening opening, Random random, long text) throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    int refused = 0;
    try {
      CallFrameTable table = opening.open();
      refused = Math.min(1, table.eachRow((start, end, row) -> true));
      for (int question = 0; question < 8; question++) {
        refused |= askOne(table, text + random.nextInt(0x300));
      }
    } catch (MalformedException e) {
      refused = 1;
    }
    long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    assertTrue(allocated < MAX_ALLOCATED_BYTES, () -> allocated + " bytes allocated");
    return refused;
  }

  private static int askOne(CallFrameTable table, long pc) throws IOException {
    try {
      table.row(pc);
      table.returnAddressAtStackPointer(pc);
      return 0;
    } catch (MalformedException e) {
      return 1;
    }
  }
}
