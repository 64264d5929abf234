package io.nodeflame.bpf;

/**
 * Offsets and sizes of {@code records.h}. The native library reports the sizes it was compiled
 * with, and a difference refuses the start; the offsets are checked by reading a record that the
 * compiler laid out.
 *
 * <pre>
 * record   0 type u32 | 4 tgid u32 | 8 process start u64 | 16 exec id u64 | 24 time u64
 * sample  32 cgroup id u64 | 40 value u64 | 48 stack word u64 | 56 tid u32 | 60 cpu u32
 *         64 kernel frames u16 | 66 user frames u16 | 68 origin u8 | 69 end reason u8
 *         70 flags u16 | 72 comm[16] | 88 user frames {address u64, kind and data u64}...
 *         then kernel addresses u64...
 * image   32 parent tgid u32 | 36 flags u32 | 40 parent start u64 | 48 parent exec id u64
 *         56 cgroup id u64 | 64 start code u64 | 72 exe inode u64 | 80 exe device u32
 *         84 padding | 88 comm[16] | 104 exe name[64]
 * </pre>
 */
final class Layout {
  static final int VERSION = 4;
  static final int MAX_USER_FRAMES = 512;
  static final int COMM_BYTES = 16;
  static final int EXE_NAME_BYTES = 64;
  static final int MAX_RAISED_CGROUPS = 1024;

  static final int RECORD_BYTES = 32;
  static final int RECORD_TYPE = 0;
  static final int RECORD_TGID = 4;
  static final int RECORD_PROCESS_START = 8;
  static final int RECORD_EXEC_ID = 16;
  static final int RECORD_TIME = 24;

  static final int TYPE_SAMPLE = 1;
  static final int TYPE_IMAGE = 2;
  static final int TYPE_EXEC = 3;
  static final int TYPE_EXIT = 4;

  static final int SAMPLE_BYTES = 88;
  static final int SAMPLE_CGROUP_ID = 32;
  static final int SAMPLE_VALUE = 40;
  static final int SAMPLE_STACK_WORD = 48;
  static final int SAMPLE_TID = 56;
  static final int SAMPLE_CPU = 60;
  static final int SAMPLE_KERNEL_FRAMES = 64;
  static final int SAMPLE_USER_FRAMES = 66;
  static final int SAMPLE_ORIGIN = 68;
  static final int SAMPLE_END_REASON = 69;
  static final int SAMPLE_FLAGS = 70;
  static final int SAMPLE_COMM = 72;

  static final int FLAG_FIRST_OF_IMAGE = 0x1;
  static final int FLAG_KERNEL_STACK_FAILED = 0x2;
  static final int FLAG_LEAF_RETURN_USED = 0x4;
  static final int FLAG_BASE_BY_ADDRESS = 0x8;

  static final int FLAG_JAVA_THREAD_UNKNOWN = 0x10;
  static final int FLAG_JAVA_ANCHOR_USED = 0x20;

  static final int USER_FRAME_BYTES = 16;
  static final int USER_FRAME_DATA = 8;
  static final int USER_FRAME_KIND_SHIFT = 56;

  static final int IMAGE_BYTES = 168;
  static final int IMAGE_PARENT_TGID = 32;
  static final int IMAGE_FLAGS = 36;
  static final int IMAGE_PARENT_START = 40;
  static final int IMAGE_PARENT_EXEC_ID = 48;
  static final int IMAGE_CGROUP_ID = 56;
  static final int IMAGE_START_CODE = 64;
  static final int IMAGE_EXE_INODE = 72;
  static final int IMAGE_EXE_DEVICE = 80;
  static final int IMAGE_COMM = 88;
  static final int IMAGE_EXE_NAME = 104;

  static final int IMAGE_FLAG_KERNEL_THREAD = 0x1;

  static final int COUNTERS_BYTES = 72;
  static final int COUNTERS_SEQUENCE_END = 0;
  static final int COUNTERS_TAKEN = 8;
  static final int COUNTERS_SUBMITTED = 16;
  static final int COUNTERS_IDLE = 24;
  static final int COUNTERS_OUTSIDE = 32;
  static final int COUNTERS_THINNED = 40;
  static final int COUNTERS_LOST_RING = 48;
  static final int COUNTERS_LOST_SCRATCH = 56;
  static final int COUNTERS_SEQUENCE_BEGIN = 64;

  static final int PROCESS_BYTES = 16;
  static final int PROCESS_START = 0;
  static final int PROCESS_FLAGS = 8;

  static final int PROCESS_FLAG_SWITCHES_STACKS = 0x1;

  static final int JVM_BYTES = 224;

  private Layout() {}
}
