package io.nodeflame.symbolizer.callframe;

import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.IOException;
import java.util.ArrayDeque;

/**
 * Runs the instructions of a frame entry ({@code DW_CFA_*}, DWARF 5 chapter 6.4.2) and emits the
 * rows they describe. Every instruction takes at least a byte, so a run ends with its entry. Only
 * the CFA and the columns of return address and frame pointer are tracked.
 */
final class CfaProgram {
  /** Remembered rows; compilers nest one or two. */
  private static final int MAX_REMEMBERED = 64;

  private final FrameCursor cursor;
  private final FrameMachine machine;
  private final CommonEntry common;
  private final RowState state;
  private final ArrayDeque<FrameRow> remembered = new ArrayDeque<>(2);
  private long location;

  private CfaProgram(FrameCursor cursor, FrameMachine machine, CommonEntry common, long location) {
    this.cursor = cursor;
    this.machine = machine;
    this.common = common;
    this.state = new RowState(common.returnRegister(), machine.framePointer(), common.initial());
    this.location = location;
  }

  /**
   * The row after a CIE's own instructions.
   *
   * @param cursor at the first instruction, limited to the last
   * @param common the entry as known so far, with a row without rules
   */
  static FrameRow initialRow(FrameCursor cursor, FrameMachine machine, CommonEntry common)
      throws IOException {
    CfaProgram program = new CfaProgram(cursor, machine, common, 0);
    while (!cursor.atEnd()) {
      program.execute();
    }
    return program.state.row();
  }

  /**
   * Emits the rows of a function, which together cover its range, until the consumer has enough.
   */
  static void run(
      FrameCursor cursor, FrameMachine machine, FunctionEntry entry, RowConsumer consumer)
      throws IOException {
    cursor.select(entry.programStart(), entry.programEnd());
    new CfaProgram(cursor, machine, entry.common(), entry.start()).emit(entry.end(), consumer);
  }

  private void emit(long end, RowConsumer consumer) throws IOException {
    while (!cursor.atEnd()) {
      long advance = execute();
      if (Long.compareUnsigned(advance, end - location) >= 0) {
        break;
      }
      if (advance != 0) {
        if (!consumer.row(location, location + advance, state.row())) {
          return;
        }
        location += advance;
      }
    }
    if (location != end) {
      consumer.row(location, end, state.row());
    }
  }

  /** Executes one instruction and returns how many bytes it advances the location by. */
  private long execute() throws IOException {
    int instruction = cursor.u8();
    int low = instruction & 0x3f;
    switch (instruction >>> 6) {
      case 1: // advance_loc
        return low * common.codeFactor();
      case 2: // offset
        state.set(low, RegisterRule.atCfa(cursor.uleb() * common.dataFactor()));
        return 0;
      case 3: // restore
        state.restore(low, common.initial());
        return 0;
      default:
        return executeAdvance(low);
    }
  }

  private long executeAdvance(int instruction) throws IOException {
    switch (instruction) {
      case 0x01: // set_loc
        return cursor.pointer(common.encoding(), 0) - location;
      case 0x02: // advance_loc1
        return cursor.u8() * common.codeFactor();
      case 0x03: // advance_loc2
        return cursor.u16() * common.codeFactor();
      case 0x04: // advance_loc4
        return cursor.u32() * common.codeFactor();
      case 0x1d: // MIPS_advance_loc8
        return cursor.u64() * common.codeFactor();
      default:
        if (!executeCfa(instruction)) {
          executeRegister(instruction);
        }
        return 0;
    }
  }

  private boolean executeCfa(int instruction) throws IOException {
    switch (instruction) {
      case 0x0a: // remember_state
        if (remembered.size() == MAX_REMEMBERED) {
          throw new MalformedException("too many remembered frame rows");
        }
        remembered.push(state.row());
        return true;
      case 0x0b: // restore_state
        if (remembered.isEmpty()) {
          throw new MalformedException("no remembered frame row");
        }
        state.restoreAll(remembered.pop());
        return true;
      case 0x0c: // def_cfa
        defineCfa(cursor.register(), cursor.uleb());
        return true;
      case 0x0d: // def_cfa_register
        defineCfa(cursor.register(), requireRegister().offset());
        return true;
      case 0x0e: // def_cfa_offset
        defineCfa(requireRegister().register(), cursor.uleb());
        return true;
      case 0x0f: // def_cfa_expression
        state.cfa(CfaExpression.read(cursor, machine));
        return true;
      case 0x12: // def_cfa_sf
        defineCfa(cursor.register(), cursor.sleb() * common.dataFactor());
        return true;
      case 0x13: // def_cfa_offset_sf
        defineCfa(requireRegister().register(), cursor.sleb() * common.dataFactor());
        return true;
      default:
        return false;
    }
  }

  private void executeRegister(int instruction) throws IOException {
    switch (instruction) {
      case 0x00: // nop
      case 0x2c: // AARCH64_negate_ra_state_with_pc
      case 0x2d: // GNU_window_save; on aarch64 negate_ra_state
        break;
      case 0x05: // offset_extended
        state.set(cursor.register(), RegisterRule.atCfa(cursor.uleb() * common.dataFactor()));
        break;
      case 0x06: // restore_extended
        state.restore(cursor.register(), common.initial());
        break;
      case 0x07: // undefined
        state.set(cursor.register(), RegisterRule.UNDEFINED);
        break;
      case 0x08: // same_value
        state.set(cursor.register(), RegisterRule.SAME_VALUE);
        break;
      case 0x09: // register
        state.set(
            cursor.register(), new RegisterRule(RegisterRule.Kind.REGISTER, cursor.register()));
        break;
      case 0x10: // expression
        state.set(cursor.register(), RegisterRule.AT_EXPRESSION);
        cursor.skip(cursor.uleb());
        break;
      case 0x11: // offset_extended_sf
        state.set(cursor.register(), RegisterRule.atCfa(cursor.sleb() * common.dataFactor()));
        break;
      case 0x14: // val_offset
        state.set(cursor.register(), cfaPlus(cursor.uleb() * common.dataFactor()));
        break;
      case 0x15: // val_offset_sf
        state.set(cursor.register(), cfaPlus(cursor.sleb() * common.dataFactor()));
        break;
      case 0x16: // val_expression
        state.set(cursor.register(), RegisterRule.EXPRESSION);
        cursor.skip(cursor.uleb());
        break;
      case 0x2e: // GNU_args_size
        cursor.uleb();
        break;
      case 0x2f: // GNU_negative_offset_extended
        state.set(cursor.register(), RegisterRule.atCfa(-cursor.uleb() * common.dataFactor()));
        break;
      default:
        throw new MalformedException("frame instruction " + instruction);
    }
  }

  private void defineCfa(int register, long offset) {
    state.cfa(new CfaRule(CfaRule.Kind.REGISTER, register, offset));
  }

  /** The CFA's rule, which an instruction changes in part. */
  private CfaRule requireRegister() throws MalformedException {
    if (state.cfa().kind() != CfaRule.Kind.REGISTER) {
      throw new MalformedException("change of a frame address that is not register and offset");
    }
    return state.cfa();
  }

  private static RegisterRule cfaPlus(long offset) {
    return new RegisterRule(RegisterRule.Kind.CFA, offset);
  }
}
