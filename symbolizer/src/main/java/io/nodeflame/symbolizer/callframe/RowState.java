package io.nodeflame.symbolizer.callframe;

import org.jspecify.annotations.Nullable;

/** The row that a program is building; only what a {@link FrameRow} shows is tracked. */
final class RowState {
  private final int returnRegister;
  private final int frameRegister;
  private final boolean signalFrame;
  private CfaRule cfa;
  private RegisterRule returnAddress;
  private RegisterRule framePointer;

  /** The row as it stands, until a rule changes; equal neighbours then share one. */
  private @Nullable FrameRow row;

  RowState(int returnRegister, int frameRegister, FrameRow initial) {
    this.returnRegister = returnRegister;
    this.frameRegister = frameRegister;
    this.signalFrame = initial.signalFrame();
    this.cfa = initial.cfa();
    this.returnAddress = initial.returnAddress();
    this.framePointer = initial.framePointer();
  }

  CfaRule cfa() {
    return cfa;
  }

  void cfa(CfaRule rule) {
    cfa = rule;
    row = null;
  }

  void set(int register, RegisterRule rule) {
    if (register == returnRegister) {
      returnAddress = rule;
      row = null;
    }
    if (register == frameRegister) {
      framePointer = rule;
      row = null;
    }
  }

  /** Takes back the rule that a register has in another row. */
  void restore(int register, FrameRow from) {
    if (register == returnRegister) {
      set(register, from.returnAddress());
    }
    if (register == frameRegister) {
      set(register, from.framePointer());
    }
  }

  void restoreAll(FrameRow from) {
    cfa = from.cfa();
    returnAddress = from.returnAddress();
    framePointer = from.framePointer();
    row = from;
  }

  FrameRow row() {
    FrameRow current = row;
    if (current == null) {
      current = new FrameRow(cfa, returnAddress, framePointer, signalFrame);
      row = current;
    }
    return current;
  }
}
