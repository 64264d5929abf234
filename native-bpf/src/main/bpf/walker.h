/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The walk over a user stack, one frame a step. State lives in the program's per-CPU scratch, so
 * that the verifier sees each step alone (a global function) and depth costs it next to nothing.
 *
 * A step classifies pc, emits a frame and replaces {pc, sp, fp}. Here is the step by frame pointer;
 * java_walker.h has those of HotSpot's run-time code. Tests compile this file as an ordinary program
 * with memory of their own. */
#ifndef NODEFLAME_WALKER_H
#define NODEFLAME_WALKER_H

#include "records.h"

#define LOWEST_PC 0x1000ULL
#define USER_ADDRESS_LIMIT (1ULL << 47)
#define MAX_FRAME_BYTES (1ULL << 20)
/* Frames between the last one with a frame pointer and the stack's base: start-up code only
 * (glibc 2.36 x86-64: main's caller to the end of _start, about 0x180 bytes). */
#define BASE_DISTANCE_BYTES 1024

struct walk {
	__u64 pc;
	__u64 sp;
	__u64 fp;
	__u64 main_base;   /* mm->start_stack */
	__u64 stack_word;  /* word at sp */
	__u64 thread_base; /* thread pointer: glibc and musl put it at the top of a thread's stack */
	__u32 frames;
	__u32 max_frames;
	__u32 word_bytes;
	__u16 flags;       /* NF_SAMPLE_* */
	__u8 switches_stacks;
	__u8 end_reason;
};

static __always_inline int is_code_address(__u64 address)
{
	return address >= LOWEST_PC && address < USER_ADDRESS_LIMIT;
}

/* The bottom of the stack is near: what is left is start-up code without frame pointers. */
static __always_inline int is_near_base(const struct walk *walk)
{
	return (walk->sp <= walk->main_base && walk->main_base - walk->sp < BASE_DISTANCE_BYTES) ||
	       (walk->sp <= walk->thread_base && walk->thread_base - walk->sp < 2 * BASE_DISTANCE_BYTES);
}

static __always_inline int end_walk(struct walk *walk, __u8 reason)
{
	if (reason != NF_END_COMPLETE && walk->frames > 1 && is_near_base(walk)) {
		walk->flags |= NF_SAMPLE_BASE_BY_ADDRESS;
		reason = NF_END_COMPLETE;
	}
	walk->end_reason = reason;
	return 0;
}

static __always_inline int read_word(const struct walk *walk, __u64 address, __u64 *word)
{
	*word = 0;
	return bpf_probe_read_user(word, walk->word_bytes == 4 ? 4 : 8, (const void *)address);
}

#if defined(__TARGET_ARCH_x86)
#define PUSH_BYTES 16 /* how far before pc the push of a function's start may be */

/* The start of the function has pushed rbp, and has not made it its own yet: compilers put other
 * instructions between the two. The word at sp is rbp's value then. */
static __always_inline int has_just_pushed(const struct walk *walk)
{
	__u8 code[PUSH_BYTES] = {};

	if (walk->stack_word != walk->fp ||
	    bpf_probe_read_user(code, sizeof(code), (const void *)(walk->pc - sizeof(code))))
		return 0;
	for (int i = 0; i < PUSH_BYTES; i++)
		if (code[i] == 0x55)
			return 1;
	return 0;
}

/* The interrupted function has no frame of its own yet, or no longer. Judged by the instruction
 * bytes at pc, which is always an instruction's first byte:
 *   55 48 89 e5         push %rbp; mov %rsp,%rbp     return address at [sp]
 *   f3 0f 1e fa         endbr64: the function's entry
 *   c3                  ret
 *   48 83 c4 n c3       add $n,%rsp; ret             at [sp + n]
 *   48 81 c4 n.. c3     the same, n of 4 bytes
 * and where frames may lie on several stacks, that is in Go, whose compiler until 1.20 made frames by
 *   48 89 6c 24 n       mov %rbp,n(%rsp)             at [sp + n + 8]
 *   48 8d 6c 24 n       lea n(%rsp),%rbp
 *   48 89 ac 24 n.., 48 8d ac 24 n..                 the same, n of 4 bytes
 * Returns where the return address is, or 0: the frame stands. */
static __always_inline __u64 leaf_return_slot(const struct walk *walk)
{
	__u64 code = 0;
	__u32 start;

	if (bpf_probe_read_user(&code, sizeof(code), (const void *)walk->pc))
		return 0;
	start = (__u32)code;
	if (start == 0xe5894855 || start == 0xec8b4855 || start == 0xfa1e0ff3 || (code & 0xff) == 0xc3)
		return walk->sp;
	if ((code & 0xff80ffffffULL) == 0xc300c48348ULL)
		return walk->sp + (code >> 24 & 0x7f);
	if ((code & 0xff00000000ffffffULL) == 0xc300000000c48148ULL)
		return walk->sp + (code >> 24 & (MAX_FRAME_BYTES - 1));
	if (walk->switches_stacks && (start == 0x246c8948 || start == 0x246c8d48))
		return walk->sp + (code >> 32 & 0x7f) + 8;
	if (walk->switches_stacks && (start == 0x24ac8948 || start == 0x24ac8d48))
		return walk->sp + (code >> 32 & (MAX_FRAME_BYTES - 1)) + 8;
	if (has_just_pushed(walk))
		return walk->sp + 8;
	return 0;
}

/* The leaf's caller where the frame pointer does not lead to it. */
static __always_inline void step_leaf(struct walk *walk)
{
	__u64 slot = walk->word_bytes == 8 ? leaf_return_slot(walk) : 0;
	__u64 caller;

	if (!slot || read_word(walk, slot, &caller) || !is_code_address(caller))
		return;
	walk->pc = caller;
	walk->sp = slot + walk->word_bytes;
	walk->flags |= NF_SAMPLE_LEAF_RETURN_USED;
}
#else
static __always_inline void step_leaf(struct walk *walk)
{
	(void)walk;
}
#endif

/* To the caller by frame pointer: [fp] = caller's fp, [fp + word] = return address.
 * Returns 0 when the walk is over. */
static __always_inline int step_frame_pointer(struct walk *walk)
{
	__u64 words[2] = {};

	if (walk->fp == 0) /* the ABI's mark of the outermost frame */
		return end_walk(walk, NF_END_COMPLETE);
	if ((walk->fp < walk->sp || walk->fp - walk->sp >= MAX_FRAME_BYTES) &&
	    !(walk->switches_stacks && walk->fp >= LOWEST_PC))
		return end_walk(walk, NF_END_FP_OUT_OF_RANGE);
	if (walk->word_bytes == 8) {
		if (bpf_probe_read_user(words, sizeof(words), (const void *)walk->fp))
			return end_walk(walk, NF_END_FP_UNREADABLE);
	} else {
		if (read_word(walk, walk->fp, &words[0]) || read_word(walk, walk->fp + 4, &words[1]))
			return end_walk(walk, NF_END_FP_UNREADABLE);
	}
	walk->sp = walk->fp + 2 * walk->word_bytes;
	walk->fp = words[0];
	walk->pc = words[1];
	if (walk->pc == 0)
		return end_walk(walk, NF_END_COMPLETE);
	if (!is_code_address(walk->pc))
		return end_walk(walk, NF_END_BAD_PC);
	return 1;
}

/* The place of the next frame in user[], with pc in it; null at the limit of depth. */
static __always_inline struct nf_user_frame *emit_frame(struct walk *walk, struct nf_user_frame *user)
{
	__u32 index = walk->frames;

	if (index >= walk->max_frames || index >= NF_MAX_USER_FRAMES) {
		walk->end_reason = NF_END_DEPTH_LIMIT;
		return 0;
	}
	index &= NF_MAX_USER_FRAMES - 1;
	user[index].address = walk->pc;
	user[index].kind_and_data = 0;
	walk->frames = index + 1;
	return &user[index];
}

/* One native frame into user[]. Returns 0 when the walk is over. */
static __always_inline int step_walk(struct walk *walk, struct nf_user_frame *user)
{
	if (!emit_frame(walk, user))
		return 0;
	if (walk->frames == 1) {
		__u64 leaf = walk->pc;

		step_leaf(walk);
		if (walk->pc != leaf)
			return 1;
	}
	return step_frame_pointer(walk);
}

#endif
