package io.nodeflame.symbolizer.callframe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.symbolizer.bytes.ArrayBytes;
import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CallFrameTableTest {
  private static final int[] NONE = {};
  private static final CfaRule AT_ENTRY = register(7, 8);

  @Test
  void frameGrowsAndShrinks() throws IOException {
    // push rbp; mov rbp, rsp; ... leave; ret
    CallFrameTable table =
        program(0x41, 0x0e, 16, 0x86, 2, 0x43, 0x0d, 6, 0x02, 40, 0x0c, 7, 8, 0xc6);

    assertEquals(Optional.empty(), table.row(0xfff));
    assertEquals(AT_ENTRY, table.row(0x1000).orElseThrow().cfa());
    assertEquals(RegisterRule.UNSPECIFIED, table.row(0x1000).orElseThrow().framePointer());
    assertEquals(register(7, 16), table.row(0x1001).orElseThrow().cfa());
    assertEquals(RegisterRule.atCfa(-16), table.row(0x1001).orElseThrow().framePointer());
    assertEquals(register(6, 16), table.row(0x1004).orElseThrow().cfa());
    assertEquals(register(6, 16), table.row(0x102b).orElseThrow().cfa());
    assertEquals(AT_ENTRY, table.row(0x102c).orElseThrow().cfa());
    assertEquals(RegisterRule.UNSPECIFIED, table.row(0x102c).orElseThrow().framePointer());
    assertEquals(RegisterRule.atCfa(-8), table.row(0x10ff).orElseThrow().returnAddress());
    assertEquals(Optional.empty(), table.row(0x1100));

    assertTrue(table.returnAddressAtStackPointer(0x1000));
    assertFalse(table.returnAddressAtStackPointer(0x1001));
    assertFalse(table.returnAddressAtStackPointer(0x1004));
    assertTrue(table.returnAddressAtStackPointer(0x102c));
    assertFalse(table.returnAddressAtStackPointer(0x1100));
  }

  @Test
  void rememberedRowComesBackWhole() throws IOException {
    CallFrameTable table = program(0x0a, 0x41, 0x0c, 6, 32, 0x86, 3, 0x07, 16, 0x41, 0x0b);
    FrameRow changed = table.row(0x1001).orElseThrow();
    assertEquals(register(6, 32), changed.cfa());
    assertEquals(RegisterRule.UNDEFINED, changed.returnAddress());
    assertEquals(table.row(0x1000), table.row(0x1002));
  }

  @Test
  void everyRuleOfARegister() throws IOException {
    assertEquals(RegisterRule.UNDEFINED, framePointer(0x07, 6));
    assertEquals(RegisterRule.SAME_VALUE, framePointer(0x08, 6));
    assertEquals(new RegisterRule(RegisterRule.Kind.REGISTER, 9), framePointer(0x09, 6, 9));
    assertEquals(RegisterRule.atCfa(-24), framePointer(0x05, 6, 3));
    assertEquals(RegisterRule.atCfa(16), framePointer(0x11, 6, 0x7e));
    assertEquals(RegisterRule.atCfa(24), framePointer(0x2f, 6, 3));
    assertEquals(new RegisterRule(RegisterRule.Kind.CFA, -24), framePointer(0x14, 6, 3));
    assertEquals(new RegisterRule(RegisterRule.Kind.CFA, 8), framePointer(0x15, 6, 0x7f));
    assertEquals(RegisterRule.AT_EXPRESSION, framePointer(0x10, 6, 2, 0x77, 0));
    assertEquals(RegisterRule.EXPRESSION, framePointer(0x16, 6, 2, 0x77, 0));
    assertEquals(RegisterRule.UNSPECIFIED, framePointer(0x86, 3, 0x06, 6));
    assertEquals(RegisterRule.atCfa(-24), framePointer(0x2e, 16, 0x00, 0x86, 3));
  }

  @Test
  void everyRuleOfTheFrameAddress() throws IOException {
    assertEquals(register(7, 300), cfa(0x0e, 0xac, 0x02));
    assertEquals(register(10, 8), cfa(0x0d, 10));
    assertEquals(register(10, 16), cfa(0x12, 10, 0x7e));
    assertEquals(register(7, 24), cfa(0x13, 0x7d));
    assertEquals(new CfaRule(CfaRule.Kind.MEMORY, 6, -8), cfa(0x0f, 3, 0x76, 0x78, 0x06));
    assertEquals(CfaRule.EXPRESSION, cfa(0x0f, 3, 0x76, 0x78, 0x12));
    assertEquals(CfaRule.EXPRESSION, cfa(0x0f, 0));
    int[] stub = {0x0f, 11, 0x77, 8, 0x80, 0, 0x3f, 0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22};
    assertEquals(new CfaRule(CfaRule.Kind.PLT, 0, 11), cfa(stub));
    stub[8] = 0x39;
    assertEquals(new CfaRule(CfaRule.Kind.PLT, 0, 9), cfa(stub));
    stub[2] = 0x76;
    assertEquals(CfaRule.EXPRESSION, cfa(stub));
  }

  @Test
  void everyAdvance() throws IOException {
    assertEquals(List.of(0x1000L, 0x1005L), starts(0x45, 0x0e, 16));
    assertEquals(List.of(0x1000L, 0x10ffL), starts(0x02, 0xff, 0x0e, 16));
    assertEquals(List.of(0x1000L, 0x10feL), starts(0x03, 0xfe, 0, 0x0e, 16));
    assertEquals(List.of(0x1000L, 0x1010L), starts(0x04, 0x10, 0, 0, 0, 0x0e, 16));
    assertEquals(List.of(0x1000L, 0x1020L), starts(0x01, 0x20, 0x10, 0, 0, 0, 0, 0, 0, 0x0e, 16));
    assertEquals(List.of(0x1000L, 0x1020L), starts(0x1d, 0x20, 0, 0, 0, 0, 0, 0, 0, 0x0e, 16));
  }

  @Test
  void rowsEndWithTheFunction() throws IOException {
    assertEquals(List.of(0x1000L), starts(0x04, 0, 1, 0, 0, 0x0e, 16));
    assertEquals(List.of(0x1000L), starts(0x04, 0xff, 0xff, 0xff, 0xff, 0x0e, 16));
    assertEquals(List.of(0x1000L), starts(0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0x0e, 16));
  }

  /** The sampling thread waits for the answer. */
  @Test
  void programsThatTakeLongAreRefused() throws IOException {
    for (int instructions : new int[] {60_000, 70_000}) {
      int[] nops = new int[instructions];
      CallFrameTable table =
          new FrameBytes()
              .common("", NONE, FrameBytes.X86_64_ENTRY)
              .function(0x1000, 0x20, nops)
              .table(FrameMachine.X86_64);
      if (instructions < 64 * 1024) {
        assertEquals(AT_ENTRY, table.row(0x1010).orElseThrow().cfa());
      } else {
        assertEquals(Optional.empty(), table.row(0x1010), "left out of the index");
      }
    }
  }

  @Test
  void pointersRelativeToThemselves() throws IOException {
    FrameBytes bytes =
        new FrameBytes()
            .common("zPLR", new int[] {0x9b, 0, 0, 0, 0, 0x1b, 0x1b}, FrameBytes.X86_64_ENTRY);
    long field = bytes.nextAddress() + 8;
    CallFrameTable table =
        bytes
            .shortFunction((int) (0x1000 - field), 0x20, 0x41, 0x0e, 16)
            .table(FrameMachine.X86_64);
    assertEquals(AT_ENTRY, table.row(0x1000).orElseThrow().cfa());
    assertEquals(register(7, 16), table.row(0x101f).orElseThrow().cfa());
    assertEquals(Optional.empty(), table.row(0x1020));
  }

  @Test
  void signalFrameSaysSo() throws IOException {
    FrameBytes bytes = new FrameBytes().common("zRS", new int[] {0x03}, FrameBytes.X86_64_ENTRY);
    CallFrameTable table = bytes.shortFunction(0x1000, 0x20).table(FrameMachine.X86_64);
    assertTrue(table.row(0x1000).orElseThrow().signalFrame());
    assertFalse(table.returnAddressAtStackPointer(0x1000));
  }

  @Test
  void linkRegisterOfAarch64() throws IOException {
    // stp x29, x30, [sp, -32]!; signed return addresses
    FrameBytes bytes = new FrameBytes().common("", NONE, 0x0c, 31, 0);
    CallFrameTable table =
        bytes.function(0x1000, 0x40, 0x44, 0x0e, 32, 0x9d, 4, 0x2d).table(FrameMachine.AARCH64);
    assertEquals(register(31, 0), table.row(0x1000).orElseThrow().cfa());
    assertEquals(RegisterRule.atCfa(-32), table.row(0x1004).orElseThrow().framePointer());
    assertFalse(table.returnAddressAtStackPointer(0x1000));
  }

  @Test
  void terminatorInTheMiddleIsSteppedOver() throws IOException {
    FrameBytes bytes =
        new FrameBytes()
            .common("", NONE, FrameBytes.X86_64_ENTRY)
            .function(0x2000, 0x10)
            .terminator()
            .function(0x1000, 0x10, 0x0e, 16);
    CallFrameTable table = bytes.table(FrameMachine.X86_64);
    assertEquals(register(7, 16), table.row(0x1000).orElseThrow().cfa());
    assertEquals(AT_ENTRY, table.row(0x200f).orElseThrow().cfa());
    assertEquals(Optional.empty(), table.row(0x1010));
  }

  @Test
  void laterEntryOfTheSameAddressWins() throws IOException {
    FrameBytes bytes =
        new FrameBytes()
            .common("", NONE, FrameBytes.X86_64_ENTRY)
            .function(0x1000, 0x10)
            .function(0x1000, 0x10, 0x0e, 16);
    assertEquals(register(7, 16), bytes.table(FrameMachine.X86_64).row(0x1000).orElseThrow().cfa());
  }

  @Test
  void headerWithWideAbsoluteEntries() throws IOException {
    byte[] frames =
        new FrameBytes()
            .common("", NONE, FrameBytes.X86_64_ENTRY)
            .function(0x1000, 0x10, 0x0e, 16)
            .bytes();
    int functionAt = 4 + frames[0];
    ByteBuffer header = ByteBuffer.allocate(4 + 8 + 4 + 16).order(ByteOrder.LITTLE_ENDIAN);
    header.put(new byte[] {1, 0x04, 0x03, 0x04}).putLong(FrameBytes.SECTION_ADDRESS).putInt(1);
    header.putLong(0x1000).putLong(FrameBytes.SECTION_ADDRESS + functionAt);
    FrameSection section = new FrameSection(new ArrayBytes(header.array()), 0x8000);
    CallFrameTable table =
        CallFrameTable.ofEhFrame(
            section,
            new FrameSection(new ArrayBytes(frames), FrameBytes.SECTION_ADDRESS),
            FrameMachine.X86_64);
    assertEquals(register(7, 16), table.row(0x100f).orElseThrow().cfa());
    assertEquals(Optional.empty(), table.row(0x1010));
    assertEquals(FrameBytes.SECTION_ADDRESS, CallFrameTable.framesAddress(section));
  }

  @Test
  void headerThatClaimsMoreThanItHoldsIsRefused() {
    ByteBuffer header = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    header.put(new byte[] {1, 0x04, 0x04, 0x3b}).putLong(0).putLong(-1);
    assertThrows(
        MalformedException.class,
        () ->
            CallFrameTable.ofEhFrame(
                new FrameSection(new ArrayBytes(header.array()), 0),
                new FrameSection(new ArrayBytes(new byte[16]), 0),
                FrameMachine.X86_64));
  }

  @Test
  void badProgramsAreRefused() throws IOException {
    assertRefused(0x0b);
    assertRefused(0x3f);
    assertRefused(0x0f, 0x7f);
    assertRefused(0x0f, 0, 0x0e, 16);
    assertRefused(0x05, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
    int[] remembers = new int[100];
    Arrays.fill(remembers, 0x0a);
    assertRefused(remembers);
  }

  @Test
  void consumerMayStop() throws IOException {
    List<Long> seen = new ArrayList<>();
    CallFrameTable table =
        new FrameBytes()
            .common("", NONE, FrameBytes.X86_64_ENTRY)
            .function(0x1000, 0x10, 0x41, 0x0e, 16)
            .function(0x2000, 0x10)
            .table(FrameMachine.X86_64);
    assertEquals(
        0,
        table.eachRow(
            (start, end, row) -> {
              seen.add(start);
              return false;
            }));
    assertEquals(List.of(0x1000L), seen);
  }

  private static void assertRefused(int... instructions) throws IOException {
    CallFrameTable table = program(instructions);
    assertThrows(MalformedException.class, () -> table.row(0x10ff));
    assertEquals(1, table.eachRow((start, end, row) -> true));
  }

  private static RegisterRule framePointer(int... instructions) throws IOException {
    return program(instructions).row(0x1000).orElseThrow().framePointer();
  }

  private static CfaRule cfa(int... instructions) throws IOException {
    return program(instructions).row(0x1000).orElseThrow().cfa();
  }

  private static List<Long> starts(int... instructions) throws IOException {
    List<Long> starts = new ArrayList<>();
    program(instructions)
        .eachRow(
            (start, end, row) -> {
              starts.add(start);
              return true;
            });
    return starts;
  }

  /** A function from 0x1000 to 0x1100. */
  private static CallFrameTable program(int... instructions) throws IOException {
    return new FrameBytes()
        .common("", NONE, FrameBytes.X86_64_ENTRY)
        .function(0x1000, 0x100, instructions)
        .table(FrameMachine.X86_64);
  }

  private static CfaRule register(int register, long offset) {
    return new CfaRule(CfaRule.Kind.REGISTER, register, offset);
  }
}
