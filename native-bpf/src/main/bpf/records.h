/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Layouts that the BPF programs share with user space: fixed widths, limits, size assertions.
 * The shim reports them to Java at load (see layout.c), which refuses a mismatch. */
#ifndef NODEFLAME_RECORDS_H
#define NODEFLAME_RECORDS_H

#include <linux/types.h>

#define NF_LAYOUT_VERSION 3

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
	__u64 kind_and_data; /* kind << 56 | data; kind 0 = native, address = pc */
};

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
	NF_END_COUNT = 7,
};

#define NF_SAMPLE_FIRST_OF_IMAGE 0x1
#define NF_SAMPLE_KERNEL_STACK_FAILED 0x2
#define NF_SAMPLE_LEAF_RETURN_USED 0x4 /* the leaf's caller was already taken from the stack */
#define NF_SAMPLE_BASE_BY_ADDRESS 0x8  /* complete, judged by the distance to the stack's base */

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

_Static_assert(sizeof(struct nf_record) == 32, "layout");
_Static_assert(sizeof(struct nf_user_frame) == 16, "layout");
_Static_assert(sizeof(struct nf_sample) == 88, "layout");
_Static_assert(sizeof(struct nf_image) == 168, "layout");
_Static_assert(sizeof(struct nf_counters) == 72, "layout");
_Static_assert(sizeof(struct nf_process) == 16, "layout");

#endif
