package io.nodeflame.symbolizer.unwind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.symbolizer.callframe.FrameBytes;
import io.nodeflame.symbolizer.callframe.FrameMachine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnwindRowsTest {
  private static final int[] NO_AUGMENTATION = {};
  private static final UnwindRule AT_ENTRY =
      new UnwindRule(FrameBase.STACK_POINTER, 8, SavedRegisters.NONE, 0);
  private static final UnwindRule PUSHED =
      new UnwindRule(FrameBase.STACK_POINTER, 16, SavedRegisters.FRAME_POINTER, -16);

  private final UnwindRules rules = new UnwindRules();

  private static FrameBytes x86() {
    return new FrameBytes().common("", NO_AUGMENTATION, FrameBytes.x86Entry());
  }

  private UnwindRows rows(FrameBytes frames) throws IOException {
    return rows(frames, FrameMachine.X86_64, 1000, 100);
  }

  private UnwindRows rows(FrameBytes frames, FrameMachine machine, int maxRows, int maxRules)
      throws IOException {
    return UnwindRows.read(frames.table(machine), 0x1000, 0x3000, rules, maxRows, maxRules);
  }

  /** "offset rule" of each row. */
  private List<String> text(UnwindRows rows) {
    List<String> text = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      UnwindRule rule = rules.get((int) (rows.row(i) & 0xffff));
      text.add(
          Long.toHexString(rows.row(i) >>> 16)
              + " "
              + rule.base()
              + (rule.cfaOffset() == 0 ? "" : " " + rule.cfaOffset()));
    }
    return text;
  }

  @Test
  void whatTheFramePointerDoesNeedsNoRow() throws IOException {
    // push rbp; mov rbp, rsp; ... leave; ret, and 8 bytes further a function that is a leaf
    UnwindRows rows =
        rows(
            x86()
                .function(
                    0x1010, 0x30, 0x41, 0x0e, 16, 0x86, 2, 0x43, 0x0d, 6, 0x5f, 0x0c, 7, 8, 0xc6)
                .function(0x1048, 0x8));
    assertEquals(
        List.of(
            "10 STACK_POINTER 8",
            "11 STACK_POINTER 16",
            "14 INVALID",
            "33 STACK_POINTER 8",
            "50 INVALID"),
        text(rows));
    assertEquals(AT_ENTRY, rows.ruleAt(0x1010));
    assertEquals(PUSHED, rows.ruleAt(0x1013));
    assertEquals(UnwindRule.INVALID, rows.ruleAt(0x1014));
    assertEquals(AT_ENTRY, rows.ruleAt(0x1044), "padding belongs to the function before");
    assertEquals(UnwindRule.INVALID, rows.ruleAt(0x100f));
    assertEquals(UnwindRule.INVALID, rows.ruleAt(0xfff));
    assertEquals(UnwindRule.INVALID, rows.ruleAt(0x1050));
    assertEquals(0x1000, rows.firstAddress());
    assertEquals(5 * 8, rows.bytes());
    assertEquals(0, rows.malformed() + rows.unexpressed());
    assertFalse(rows.isCut());
  }

  @Test
  void gapsAreInvalidAndFunctionsAreSorted() throws IOException {
    UnwindRows rows =
        rows(x86().function(0x1100, 0x10).function(0x1000, 0x10).function(0x1020, 0x10, 0x0e, 16));
    assertEquals(
        List.of(
            "0 STACK_POINTER 8",
            "10 INVALID",
            "20 STACK_POINTER 16",
            "30 INVALID",
            "100 STACK_POINTER 8",
            "110 INVALID"),
        text(rows));
  }

  @Test
  void ofOverlappingEntriesTheOneThatBeginsLastWins() throws IOException {
    UnwindRows rows =
        rows(
            x86()
                .function(0x1000, 0x40, 0x0e, 16)
                .function(0x1020, 0x10, 0x0e, 24)
                .function(0x1020, 0x10, 0x0e, 32)
                .function(0x1030, 0x10));
    assertEquals(
        List.of("0 STACK_POINTER 16", "20 STACK_POINTER 32", "30 STACK_POINTER 8", "40 INVALID"),
        text(rows));
  }

  @Test
  void whatIsOutsideTheCodeIsLeftOut() throws IOException {
    UnwindRows rows =
        rows(
            x86()
                .function(0, 0x10)
                .function(0xff0, 0x20)
                .function(0x2ff0, 0x20)
                .function(0x5000, 0x10)
                .function(0x7000_0000_0000L, 0x10));
    assertEquals(
        List.of("0 STACK_POINTER 8", "10 INVALID", "1ff0 STACK_POINTER 8", "2000 INVALID"),
        text(rows));
  }

  @Test
  void specialRowsHaveTheirRules() throws IOException {
    UnwindRows rows =
        rows(
            x86()
                .function(0x1000, 0x10, 0x07, 16) // return address undefined
                .function( // lazy stubs
                    0x1010, 0x10, 0x0f, 11, 0x77, 8, 0x80, 0, 0x3f, 0x1a, 0x3b, 0x2a, 0x33, 0x24,
                    0x22)
                .function(0x1020, 0x10, 0x0f, 3, 0x76, 0x78, 6, 0x10, 6, 2, 0x76, 0) // realigned
                .function(0x1030, 0x10, 0x0c, 10, 0) // CFA by r10
                .function(0x1040, 0x10, 0x07, 6) // frame pointer lost
                .common("zRS", new int[] {0}, FrameBytes.x86Entry())
                .function(0x1050, 0x10, 0));
    assertEquals(
        List.of(
            "0 STOP",
            "10 STUB 11",
            "20 AT_FRAME_POINTER -8",
            "30 INVALID",
            "50 SIGNAL",
            "60 INVALID"),
        text(rows));
    assertEquals(
        new UnwindRule(FrameBase.AT_FRAME_POINTER, -8, SavedRegisters.FRAME_POINTER_AT_ITSELF, 0),
        rows.ruleAt(0x1020));
    assertEquals(2, rows.unexpressed());
  }

  @Test
  void aarch64PassesTheReturnAddressInARegister() throws IOException {
    FrameBytes frames =
        new FrameBytes()
            .returnRegister(30)
            .common("", NO_AUGMENTATION, 0x0c, 31, 0)
            .function( // stp x29, x30, [sp, -32]!; mov x29, sp
                0x1000, 0x20, 0x44, 0x0e, 32, 0x9d, 4, 0x9e, 3, 0x44, 0x0d, 29, 0x54, 0x0c, 31, 0,
                0xdd, 0xde)
            .function(0x1020, 0x10, 0x44, 0x0e, 16, 0x9d, 2, 0x9e, 1, 0x44, 0x0d, 29)
            .function(0x1030, 0x10, 0x44, 0x0e, 16, 0x9e, 2) // str x30, [sp, -16]!
            .function(0x1040, 0x10, 0x07, 30)
            .function(0x1050, 0x10, 0x9e, 1, 0x9d, 4); // apart from each other
    UnwindRows rows = rows(frames, FrameMachine.AARCH64, 1000, 100);
    UnwindRule leaf = new UnwindRule(FrameBase.STACK_POINTER, 0, SavedRegisters.NONE, 0);
    assertEquals(leaf, rows.ruleAt(0x1000));
    assertEquals(
        new UnwindRule(FrameBase.STACK_POINTER, 32, SavedRegisters.FRAME_POINTER, -32),
        rows.ruleAt(0x1004));
    assertEquals(
        new UnwindRule(FrameBase.FRAME_POINTER, 32, SavedRegisters.FRAME_POINTER, -32),
        rows.ruleAt(0x1008));
    assertEquals(leaf, rows.ruleAt(0x101c));
    assertEquals(UnwindRule.INVALID, rows.ruleAt(0x1028), "plain frame pointer");
    assertEquals(
        new UnwindRule(FrameBase.STACK_POINTER, 16, SavedRegisters.RETURN_ADDRESS, -16),
        rows.ruleAt(0x1034));
    assertEquals(UnwindRule.STOP, rows.ruleAt(0x1040));
    assertEquals(UnwindRule.INVALID, rows.ruleAt(0x1050));
    assertEquals(1, rows.unexpressed());
  }

  @Test
  void rulesHaveEightBytes() {
    assertEquals(
        0xffff_fff0_ffe8_0104L,
        new UnwindRule(FrameBase.FRAME_POINTER, -16, SavedRegisters.FRAME_POINTER, -24).encoded());
    assertEquals(
        0x7fff_ffff_0000_0003L,
        new UnwindRule(FrameBase.STACK_POINTER, Integer.MAX_VALUE, SavedRegisters.NONE, 0)
            .encoded());
    assertEquals(0, UnwindRule.INVALID.encoded());
    assertEquals(1, UnwindRule.STOP.encoded());
    assertEquals(2, UnwindRule.SIGNAL.encoded());
  }

  @Test
  void tooManyRowsEndEarlyAndAreSaid() throws IOException {
    FrameBytes frames = x86();
    for (int i = 0; i < 20; i++) {
      frames.function(0x1000 + 0x40 * i, 0x10, 0x0e, 8 + 8 * (i % 2));
    }
    for (int maxRows = 1; maxRows <= 41; maxRows++) {
      UnwindRows rows = rows(frames, FrameMachine.X86_64, maxRows, 100);
      boolean fits = maxRows >= 40;
      assertEquals(!fits, rows.isCut());
      assertEquals(fits ? 40 : maxRows & ~1, rows.size());
      assertEquals(UnwindRule.INVALID, rows.ruleAt(0x2fff));
      assertEquals(UnwindRule.INVALID, rows.ruleAt(0x1030));
    }
  }

  @Test
  void oneFileCannotTakeAllRules() throws IOException {
    FrameBytes frames = x86();
    for (int i = 0; i < 60; i++) {
      frames.function(0x1000 + 0x10 * i, 0x10, 0x0e, 8 + i);
    }
    UnwindRows rows = rows(frames, FrameMachine.X86_64, 1000, 50);
    assertEquals(51, rules.size());
    assertEquals(10, rows.unexpressed());
    assertEquals(8 + 49, rows.ruleAt(0x1000 + 0x10 * 49).cfaOffset());
    assertEquals(UnwindRule.INVALID, rows.ruleAt(0x1000 + 0x10 * 50));
  }

  @Test
  void filesShareRulesAndGiveThemBack() throws IOException {
    UnwindRows one = rows(x86().function(0x1000, 0x10).function(0x1020, 0x10, 0x0e, 16));
    UnwindRows two = rows(x86().function(0x1000, 0x10).function(0x1020, 0x10, 0x0e, 24));
    assertEquals(4, rules.size());
    assertEquals(one.row(0), two.row(0));
    one.close();
    one.close();
    UnwindRows three = rows(x86().function(0x1000, 0x10, 0x0e, 32));
    assertEquals(4, rules.size(), "the number that became free");
    assertEquals(32, three.ruleAt(0x1000).cfaOffset());
    assertEquals(8, two.ruleAt(0x1000).cfaOffset());
    assertEquals(24, two.ruleAt(0x1020).cfaOffset());
    two.close();
    three.close();
    for (int i = 0; i < rules.size(); i++) {
      assertEquals(UnwindRule.INVALID, rules.get(i));
    }
  }

  @Test
  void aFullTableOfRulesLeavesTheOthersAsTheyAre() throws IOException {
    UnwindRules few = new UnwindRules(2);
    UnwindRows rows =
        UnwindRows.read(
            x86()
                .function(0x1000, 0x10)
                .function(0x1010, 0x10, 0x0e, 16)
                .table(FrameMachine.X86_64),
            0x1000,
            0x3000,
            few,
            1000,
            100);
    assertEquals(AT_ENTRY, rows.ruleAt(0x1000));
    assertEquals(UnwindRule.INVALID, rows.ruleAt(0x1010));
    assertEquals(1, rows.unexpressed());
    assertTrue(few.size() <= 2);
  }
}
