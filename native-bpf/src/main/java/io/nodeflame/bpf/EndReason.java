package io.nodeflame.bpf;

/** Why the walk of a user stack ended; the order is that of {@code enum nf_end} in records.h. */
public enum EndReason {
  COMPLETE("complete", "the stack was walked to its base"),
  BAD_PC("bad_pc", "a return address is no code address: the frame had no frame pointer"),
  FP_OUT_OF_RANGE(
      "fp_out_of_range", "the frame pointer left the stack: the frame had no frame pointer"),
  FP_UNREADABLE("fp_unreadable", "the memory at the frame pointer cannot be read"),
  DEPTH_LIMIT("depth_limit", "the stack is deeper than sampling.maxStackDepth"),
  NO_USER_STACK("no_user_stack", "a kernel thread"),
  REGISTERS_UNREADABLE("registers_unreadable", "the kernel gave no user registers"),
  NO_CODE_BLOB("no_code_blob", "Java's code heap has no code there"),
  CODE_BLOB_UNREADABLE("code_blob_unreadable", "the head of compiled Java code cannot be read"),
  CODE_BLOB_IMPLAUSIBLE("code_blob_implausible", "compiled Java code says it has no frame"),
  INTERPRETER_FRAME("interpreter_frame", "a frame of Java's interpreter makes no sense"),
  RETURN_NOT_FOUND("return_not_found", "the return address of Java code is not where it should be");

  private static final EndReason[] VALUES = values();

  private final String label;
  private final String sentence;

  EndReason(String label, String sentence) {
    this.label = label;
    this.sentence = sentence;
  }

  /** Value of the metric label {@code reason}. */
  public String label() {
    return label;
  }

  /** One sentence for humans. */
  public String sentence() {
    return sentence;
  }

  /** Whether nothing is missing: the whole stack, or there is none. */
  public boolean isComplete() {
    return this == COMPLETE || this == NO_USER_STACK;
  }

  static EndReason of(int number) {
    if (number < 0 || number >= VALUES.length) {
      throw new IllegalStateException("end reason " + number + " is not in the layout");
    }
    return VALUES[number];
  }
}
