package io.nodeflame.bpf;

/** One sample, read in place. Valid only inside {@link RecordConsumer#sample}. */
public final class SampleView extends RecordView {

  /** Inode of the cgroup's directory in the hierarchy that identifies containers; 0 = unknown. */
  public long cgroupId() {
    return u64(Layout.SAMPLE_CGROUP_ID);
  }

  /** CPU time in nanoseconds that the sample stands for. */
  public long valueNanos() {
    return u64(Layout.SAMPLE_VALUE);
  }

  /**
   * The word at the user stack pointer: the caller's return address where the leaf has no frame of
   * its own. 0 when it could not be read.
   */
  public long stackWord() {
    return u64(Layout.SAMPLE_STACK_WORD);
  }

  /** Thread id in the pid namespace of our {@code /proc}; 0 when the thread was reaped already. */
  public int tid() {
    return i32(Layout.SAMPLE_TID);
  }

  public int cpu() {
    return i32(Layout.SAMPLE_CPU);
  }

  /** First 15 bytes of the thread's name. */
  public String threadName() {
    return text(Layout.SAMPLE_COMM, Layout.COMM_BYTES);
  }

  public EndReason endReason() {
    return EndReason.of(u8(Layout.SAMPLE_END_REASON));
  }

  /** The leaf's caller was found on the stack; {@link #stackWord} must not be put in again. */
  public boolean isLeafReturnUsed() {
    return hasFlag(Layout.FLAG_LEAF_RETURN_USED);
  }

  /** The process image's record came right before this sample. */
  public boolean isFirstOfImage() {
    return hasFlag(Layout.FLAG_FIRST_OF_IMAGE);
  }

  /** The kernel could not give its own stack. */
  public boolean isKernelStackFailed() {
    return hasFlag(Layout.FLAG_KERNEL_STACK_FAILED);
  }

  /** Complete by the distance to the stack's base; start-up frames are missing. */
  public boolean isBaseByAddress() {
    return hasFlag(Layout.FLAG_BASE_BY_ADDRESS);
  }

  /** Its process has a Java machine, and the walker was not told of this thread. */
  public boolean isJavaThreadUnknown() {
    return hasFlag(Layout.FLAG_JAVA_THREAD_UNKNOWN);
  }

  /** Native frames between the leaf and the Java code that called them are missing. */
  public boolean isJavaAnchorUsed() {
    return hasFlag(Layout.FLAG_JAVA_ANCHOR_USED);
  }

  public int userFrameCount() {
    return u16(Layout.SAMPLE_USER_FRAMES);
  }

  public int kernelFrameCount() {
    return u16(Layout.SAMPLE_KERNEL_FRAMES);
  }

  /** Absolute address in the process; index 0 is the leaf. */
  public long userAddress(int frame) {
    return u64(Layout.SAMPLE_BYTES + frame * Layout.USER_FRAME_BYTES);
  }

  /** What the address is: one of {@link UserFrame}. */
  public int userFrameKind(int frame) {
    return (int) (userFrameWord(frame) >>> Layout.USER_FRAME_KIND_SHIFT);
  }

  /** More of a frame that is not native, 56 bits: see {@link UserFrame}. */
  public long userFrameData(int frame) {
    return userFrameWord(frame) & ((1L << Layout.USER_FRAME_KIND_SHIFT) - 1);
  }

  private long userFrameWord(int frame) {
    return u64(Layout.SAMPLE_BYTES + frame * Layout.USER_FRAME_BYTES + Layout.USER_FRAME_DATA);
  }

  /** Address in the kernel; index 0 is the leaf. */
  public long kernelAddress(int frame) {
    return u64(
        Layout.SAMPLE_BYTES + userFrameCount() * Layout.USER_FRAME_BYTES + frame * Long.BYTES);
  }

  /** Whether the record is as long as its frame counts say. */
  boolean isWellFormed() {
    return length() >= Layout.SAMPLE_BYTES
        && length()
            == Layout.SAMPLE_BYTES
                + userFrameCount() * Layout.USER_FRAME_BYTES
                + kernelFrameCount() * Long.BYTES;
  }

  private boolean hasFlag(int flag) {
    return (u16(Layout.SAMPLE_FLAGS) & flag) != 0;
  }
}
