package io.nodeflame.symbolizer.unwind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.nodeflame.symbolizer.bytes.ArrayBytes;
import io.nodeflame.symbolizer.bytes.MalformedException;
import io.nodeflame.symbolizer.callframe.CallFrameTable;
import io.nodeflame.symbolizer.callframe.FrameBytes;
import io.nodeflame.symbolizer.callframe.FrameMachine;
import io.nodeflame.symbolizer.callframe.FrameSection;
import io.nodeflame.symbolizer.elf.ElfFile;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Damaged files give sorted rows or are refused; nothing of theirs stays behind. */
class UnwindMutationTest {
  private static final long MAX_ALLOCATED_BYTES = 64L << 20;

  private final UnwindRules rules = new UnwindRules();
  private int refused;
  private int malformed;

  @Test
  void damagedSections() throws IOException {
    Random random = new Random(29);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes =
          new FrameBytes()
              .common("zPLR", new int[] {0x03, 0, 0, 0, 0, 0x03, 0x03}, FrameBytes.x86Entry())
              .shortFunction(0x1000, 0x100, 0x41, 0x0e, 16, 0x86, 2, 0x0a, 0x45, 0x0d, 6, 0x0b)
              .shortFunction(0x1100, 0x100, 0x41, 0x0f, 3, 0x76, 0x78, 6, 0x10, 6, 2, 0x76, 0)
              .shortFunction(0x1180, 0x200, 0x41, 0x0e, 24, 0x48, 0x07, 16)
              .bytes();
      for (int change = 0; change < 1 + round % 3; change++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      FrameMachine machine = round % 2 == 0 ? FrameMachine.X86_64 : FrameMachine.AARCH64;
      CallFrameTable table =
          CallFrameTable.ofEhFrame(new FrameSection(new ArrayBytes(bytes), 0), machine);
      check(() -> Optional.of(UnwindRows.read(table, 0x1000, 0x3000, rules, 50, 10)));
    }
    assertTrue(malformed > 1000, "only " + malformed + " entries were left out");
  }

  @Test
  void damagedPrograms() throws IOException {
    byte[] good =
        Files.readAllBytes(Path.of(System.getProperty("java.home"), "bin", "java").toRealPath());
    ElfFile elf = ElfFile.parse(new ArrayBytes(good));
    int[] headers = {0, 0x400};
    int[] frames =
        elf.section(".eh_frame_hdr")
            .map(s -> new int[] {(int) s.offset(), (int) (good.length - s.offset())})
            .orElseThrow();
    Random random = new Random(31);
    for (int round = 0; round < 3000; round++) {
      byte[] bytes = good.clone();
      int[] place = round % 2 == 0 ? headers : frames;
      for (int change = 0; change < 1 + round % 8; change++) {
        int at = place[0] + random.nextInt(Math.min(place[1], 4000));
        bytes[at] = (byte) random.nextInt();
      }
      check(() -> UnwindRows.of(ElfFile.parse(new ArrayBytes(bytes)), rules));
    }
    assertTrue(refused > 100, "only " + refused + " were refused");
    assertTrue(malformed > 100, "only " + malformed + " entries were left out");
  }

  /** Reads rows. */
  @FunctionalInterface
  private interface Reading {
    Optional<UnwindRows> read() throws IOException;
  }

  private void check(Reading reading) throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    try {
      Optional<UnwindRows> read = reading.read();
      if (read.isPresent()) {
        try (UnwindRows rows = read.get()) {
          malformed += rows.malformed();
          requireSorted(rows);
        }
      }
    } catch (MalformedException e) {
      refused++;
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(allocated < MAX_ALLOCATED_BYTES, () -> allocated + " bytes allocated");
    for (int number = 0; number < rules.size(); number++) {
      assertEquals(UnwindRule.INVALID, rules.get(number), "kept");
    }
  }

  private void requireSorted(UnwindRows rows) {
    long last = -1;
    int lastRule = UnwindRules.INVALID;
    for (int i = 0; i < rows.size(); i++) {
      long offset = rows.row(i) >>> UnwindRows.RULE_BITS;
      int rule = (int) rows.row(i) & 0xffff;
      assertTrue(offset > last, "sorted");
      assertTrue(rule < rules.size(), "a rule of the table");
      assertTrue(rule != lastRule, "neighbours differ");
      last = offset;
      lastRule = rule;
    }
    assertEquals(UnwindRules.INVALID, lastRule, "the end");
  }
}
