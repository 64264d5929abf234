/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The user registers of the current task, whatever it was doing when the sample was taken. */
#ifndef NODEFLAME_REGISTERS_H
#define NODEFLAME_REGISTERS_H

#include "kernel_types.h"

struct user_registers {
	__u64 pc;
	__u64 sp;
	__u64 fp;
	__u64 link; /* aarch64: return address of a leaf; else 0 */
	__u64 bytecode; /* where HotSpot's interpreter keeps its place: r13, x22 */
	__u32 word_bytes;
};

#if defined(__TARGET_ARCH_x86)

/* struct pt_regs as u64 words: r13 2, bp 4, ip 16, cs 17, sp 19; 21 words (arch/x86/include/asm/ptrace.h).
 * The kernel declares cs as u16 in a union since 6.9; a context load must read the whole word. */
#define PT_REGS_WORDS 21
#define PT_REGS_BYTECODE 2
#define PT_REGS_FP 4
#define PT_REGS_PC 16
#define PT_REGS_MODE 17
#define PT_REGS_SP 19
#define KERNEL_STACK_BYTES 16384

static __always_inline int is_user_mode(__u64 mode)
{
	return (mode & 3) == 3;
}

static __always_inline __u32 user_word_bytes(__u64 mode)
{
	return mode == 0x23 ? 4 : 8; /* __USER32_CS */
}

#elif defined(__TARGET_ARCH_arm64)

/* struct user_pt_regs: x0..x30, sp 31, pc 32, pstate 33. */
#define PT_REGS_WORDS 34
#define PT_REGS_BYTECODE 22
#define PT_REGS_FP 29
#define PT_REGS_LINK 30
#define PT_REGS_SP 31
#define PT_REGS_PC 32
#define PT_REGS_MODE 33
#define KERNEL_STACK_BYTES 16384

static __always_inline int is_user_mode(__u64 mode)
{
	return (mode & 0xf) == 0; /* EL0 */
}

static __always_inline __u32 user_word_bytes(__u64 mode)
{
	return mode & 0x10 ? 4 : 8;
}

#else
#error "this architecture has no register layout yet"
#endif

static __always_inline void take_registers(struct user_registers *out, const __u64 *words)
{
	out->pc = words[PT_REGS_PC];
	out->sp = words[PT_REGS_SP];
	out->fp = words[PT_REGS_FP];
	out->bytecode = words[PT_REGS_BYTECODE];
#ifdef PT_REGS_LINK
	out->link = words[PT_REGS_LINK];
#else
	out->link = 0;
#endif
	out->word_bytes = user_word_bytes(words[PT_REGS_MODE]);
}

/* Interrupted in the kernel: the registers saved at its entry lie at the top of the kernel stack.
 * bpf_task_pt_regs knows where (5.15); before, it is the very top. */
static __always_inline int saved_user_registers(struct task_struct *task, struct user_registers *out)
{
	__u64 words[PT_REGS_WORDS] = {};
	const void *saved;

	if (bpf_core_enum_value_exists(enum bpf_func_id___local, BPF_FUNC_task_pt_regs___local))
		saved = (const void *)bpf_task_pt_regs(bpf_get_current_task_btf());
	else
		saved = (const char *)BPF_CORE_READ(task, stack) + KERNEL_STACK_BYTES - sizeof(words);
	if (!saved || bpf_probe_read_kernel(words, sizeof(words), saved))
		return -1;
	if (!is_user_mode(words[PT_REGS_MODE]))
		return -1;
	take_registers(out, words);
	return 0;
}

static __always_inline __u64 thread_pointer(struct task_struct *task)
{
#if defined(__TARGET_ARCH_x86)
	return BPF_CORE_READ(task, thread.fsbase);
#else
	return BPF_CORE_READ(task, thread.uw.tp_value);
#endif
}

#endif
