/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Layouts that the BPF programs share with user space: fixed widths, limits, size assertions.
 * The shim reports them to Java at load (see layout.c), which refuses a mismatch. */
#ifndef NODEFLAME_RECORDS_H
#define NODEFLAME_RECORDS_H

#include <linux/types.h>

#define NF_LAYOUT_VERSION 4

#define NF_MAX_USER_FRAMES 512   /* a power of two: indexes are masked with it */
#define NF_MAX_KERNEL_FRAMES 127 /* the kernel's own limit, kernel.perf_event_max_stack */
#define NF_COMM_BYTES 16
#define NF_EXE_NAME_BYTES 64
#define NF_MAX_RAISED_CGROUPS 1024

/* Every record in a ring starts with this. */
struct nf_record {
	__u32 type; /* enum below */
	__u32 tgid;
	__u64 process_start_ns; /* group leader's start_boottime: with tgid, the process */
	__u64 exec_id;          /* group leader's self_exec_id: with both, the process image */
	__u64 time_ns;          /* CLOCK_MONOTONIC */
};

enum nf_record_type {
	NF_RECORD_SAMPLE = 1,
	NF_RECORD_IMAGE = 2, /* precedes the first sample of a process image */
	NF_RECORD_EXEC = 3,
	NF_RECORD_EXIT = 4,
};

struct nf_user_frame {
	__u64 address;
	__u64 kind_and_data; /* enum nf_frame << 56 | data */
};

enum nf_frame {
	NF_FRAME_NATIVE = 0,           /* address: pc */
	NF_FRAME_JAVA_COMPILED = 1,    /* pc; data: (pc - nmethod) << 32 | compile id */
	NF_FRAME_JAVA_INTERPRETED = 2, /* Method; data: bytecode index, NF_NO_BYTECODE_INDEX */
	NF_FRAME_JAVA_STUB = 3,        /* pc; data: (pc - CodeBlob) << 32 */
	NF_FRAME_JAVA_PARKED = 4,      /* pc: frames of a virtual thread that are not on the stack */
};

#define NF_NO_BYTECODE_INDEX 0xffff

/* Followed by user_frames x nf_user_frame, then kernel_frames x u64, both leaf first. */
struct nf_sample {
	struct nf_record record;
	__u64 cgroup_id;
	__u64 value_ns;   /* CPU time that the sample stands for */
	__u64 stack_word; /* word at the user stack pointer; 0 = not read */
	__u32 tid;
	__u32 cpu;
	__u16 kernel_frames;
	__u16 user_frames;
	__u8 origin; /* enum nf_origin */
	__u8 end_reason;
	__u16 flags;
	char comm[NF_COMM_BYTES];
};

enum nf_origin {
	NF_ORIGIN_CPU = 0,
};

/* Why the walk of the user stack ended. */
enum nf_end {
	NF_END_COMPLETE = 0,
	NF_END_BAD_PC = 1,
	NF_END_FP_OUT_OF_RANGE = 2,
	NF_END_FP_UNREADABLE = 3,
	NF_END_DEPTH_LIMIT = 4,
	NF_END_NO_USER_STACK = 5, /* a kernel thread */
	NF_END_REGISTERS_UNREADABLE = 6,
	NF_END_NO_CODE_BLOB = 7, /* in a code heap, but in no block of it */
	NF_END_CODE_BLOB_UNREADABLE = 8,
	NF_END_CODE_BLOB_IMPLAUSIBLE = 9,
	NF_END_INTERPRETER_FRAME = 10, /* implausible */
	NF_END_RETURN_NOT_FOUND = 11,  /* of compiled Java code, or of a stub */
	NF_END_COUNT = 12,
};

#define NF_SAMPLE_FIRST_OF_IMAGE 0x1
#define NF_SAMPLE_KERNEL_STACK_FAILED 0x2
#define NF_SAMPLE_LEAF_RETURN_USED 0x4 /* the leaf's caller was already taken from the stack */
#define NF_SAMPLE_BASE_BY_ADDRESS 0x8  /* complete, judged by the distance to the stack's base */
#define NF_SAMPLE_JAVA_THREAD_UNKNOWN 0x10 /* the process has a Java machine that was told of */
#define NF_SAMPLE_JAVA_ANCHOR_USED 0x20    /* native frames above Java ones are missing */

/* What is known about a process image without reading /proc: enough when it is already gone. */
struct nf_image {
	struct nf_record record;
	__u32 parent_tgid;
	__u32 flags;
	__u64 parent_start_ns;
	__u64 parent_exec_id;
	__u64 cgroup_id;
	__u64 start_code; /* mm->start_code */
	__u64 exe_inode;
	__u32 exe_device; /* kernel encoding: major << 20 | minor */
	__u32 padding;
	char comm[NF_COMM_BYTES];
	char exe_name[NF_EXE_NAME_BYTES]; /* last component of the executable's path */
};

#define NF_IMAGE_KERNEL_THREAD 0x1

enum nf_cgroup_controller {
	NF_CGROUP_UNIFIED = 0, /* the v2 hierarchy */
	NF_CGROUP_CPU = 1,
	NF_CGROUP_MEMORY = 2,
	NF_CGROUP_PIDS = 3,
	NF_CGROUP_FREEZER = 4,
	NF_CGROUP_DEVICES = 5,
};

/* Per CPU. The sequence numbers make one CPU's copy consistent: the program sets begin first and
 * end last, the reader copies end first and begin last and accepts when they are equal. */
struct nf_counters {
	__u64 sequence_end;
	__u64 taken;     /* entries of the program */
	__u64 submitted; /* samples that the ring accepted */
	__u64 idle;      /* filtered: the idle task */
	__u64 outside;   /* filtered: a task outside of the pid namespace that is reported */
	__u64 thinned;   /* filtered: events fire faster than this task is sampled */
	__u64 lost_ring; /* the ring refused: full, or its lock was busy */
	__u64 lost_scratch;
	__u64 sequence_begin;
};

/* What user space tells the walker about a process. Key: tgid. */
struct nf_process {
	__u64 process_start_ns;
	__u32 flags;
	__u32 padding;
};

/* Frames may lie on several stacks (Go's systemstack): a frame pointer may leave the stack. */
#define NF_PROCESS_SWITCHES_STACKS 0x1

#define NF_CODE_HEAPS 4
#define NF_CODE_BLOB_BYTES 384 /* of a CodeBlob that are looked at, at most */
#define NF_JVM_NONE 0xffff     /* an offset of what this version does not have */

/* One range of run-time code of a HotSpot. */
struct nf_code_heap {
	__u64 low;
	__u64 high;
	__u64 segment_map;
	__u32 segment_bits;
	__u32 padding;
};

/* How the frames of a HotSpot are walked; key: tgid. Read from the machine's own tables by user
 * space. Offsets are bytes from the start of the object; widths tell pointers (8) from offsets (4),
 * slots are words from the frame pointer. */
struct nf_jvm {
	__u64 process_start_ns;
	__u64 code_low;
	__u64 code_high;
	__u64 interpreter_low;
	__u64 interpreter_high;
	__u64 call_stub_return;
	__u64 continuation_return;
	struct nf_code_heap heaps[NF_CODE_HEAPS];
	__u16 block_header;
	__u16 blob_bytes; /* to read of a CodeBlob */
	__u16 blob_name;
	__u16 blob_kind;
	__u16 code_begin;
	__u16 frame_size;
	__u16 frame_complete;
	__u16 compile_id;
	__u16 original_pc;
	__u16 deopt_handler;
	__u16 const_method;
	__u16 const_method_header;
	__u16 stack_base;
	__u16 anchor;
	__u16 continuation_entry;
	__u16 call_wrapper_anchor;
	__u8 nmethod_kind;
	__u8 code_begin_width;
	__u8 frame_complete_width;
	__u8 deopt_handler_width;
	__s8 bytecode_slot;
	__s8 call_wrapper_slot;
	__u16 padding;
};

_Static_assert(sizeof(struct nf_code_heap) == 32, "layout");
_Static_assert(sizeof(struct nf_jvm) == 224, "layout");
_Static_assert(sizeof(struct nf_record) == 32, "layout");
_Static_assert(sizeof(struct nf_user_frame) == 16, "layout");
_Static_assert(sizeof(struct nf_sample) == 88, "layout");
_Static_assert(sizeof(struct nf_image) == 168, "layout");
_Static_assert(sizeof(struct nf_counters) == 72, "layout");
_Static_assert(sizeof(struct nf_process) == 16, "layout");

#endif
