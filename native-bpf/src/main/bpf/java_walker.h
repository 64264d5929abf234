/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Steps over HotSpot's run-time code. Compiled methods and stubs have no frame pointer; each belongs
 * to a CodeBlob that tells how large its frames are. What is known of the machine (struct nf_jvm)
 * comes from its own tables; every address read from it may be forged, and sp has to grow.
 *
 * Of x86-64: the frame's last two words are the caller's rbp and the return address. */
#ifndef NODEFLAME_JAVA_WALKER_H
#define NODEFLAME_JAVA_WALKER_H

#include "walker.h"

#define MAX_SEGMENT_HOPS 16
#define MAX_COMPILED_FRAME_BYTES (1ULL << 20)
#define MAX_INTERPRETED_FRAME_BYTES 8192
#define MAX_STUB_FRAME_BYTES (64 * 1024)
#define CODE_BLOB_ROOM 512 /* a power of two above NF_CODE_BLOB_BYTES: offsets are masked with it */
#define SEARCHED_SLOTS 7
#define SEARCHED_BLOCKS 2 /* of 8 words */
#define LEAF_CODE_BYTES 32
#define JAVA_THREAD_NONE 1 /* in place of a JavaThread: the thread is known to be none */

struct java_walk {
	struct nf_jvm jvm;
	__u64 thread;   /* JavaThread; 0 = unknown */
	__u64 anchor;   /* JavaFrameAnchor of the Java frames below the native ones; 0 = used or none */
	__u64 bytecode; /* register of the interpreter's leaf */
	__u64 last_sp;  /* of the last Java frame, or of the leaf: an anchor must be above */
	__u64 nmethod_name; /* the text that all nmethods share, once it was read; 0 before */
	__u32 native_from; /* index of the first native frame above the next Java one */
	__u8 leaf;         /* pc is an interrupted instruction, no return address */
	__u8 is_present;
	__u16 padding;
	/* Room for what is read of the process: a BPF program has 512 bytes of stack. */
	__u64 words[10];
	__u8 code[LEAF_CODE_BYTES];
	char name[24];
	__u8 blob[CODE_BLOB_ROOM + 8];
};

static __always_inline int is_run_time_code(const struct java_walk *java, __u64 pc)
{
	return java->is_present && pc >= java->jvm.code_low && pc < java->jvm.code_high;
}

static __always_inline __u64 blob_word(const struct java_walk *java, __u32 offset)
{
	return *(const __u64 *)&java->blob[offset & (CODE_BLOB_ROOM - 8)];
}

static __always_inline __u32 blob_half(const struct java_walk *java, __u32 offset)
{
	return *(const __u32 *)&java->blob[offset & (CODE_BLOB_ROOM - 4)];
}

static __always_inline __u32 blob_quarter(const struct java_walk *java, __u32 offset)
{
	return *(const __u16 *)&java->blob[offset & (CODE_BLOB_ROOM - 2)];
}

/* A pointer, or an offset from the blob. */
static __always_inline __u64 blob_address(const struct java_walk *java, __u64 blob, __u32 offset,
					  __u32 width)
{
	return width == 8 ? blob_word(java, offset) : blob + (__s32)blob_half(java, offset);
}

#if defined(__TARGET_ARCH_x86)

/* The CodeBlob around pc: the segment map leads from pc's segment back to the block's first. */
static __always_inline __u64 find_blob(const struct java_walk *java, __u64 pc)
{
	for (int i = 0; i < NF_CODE_HEAPS; i++) {
		const struct nf_code_heap *heap = &java->jvm.heaps[i];
		__u32 bits = heap->segment_bits & 31;
		__u64 segment;
		__u8 back = 0;

		if (pc < heap->low || pc >= heap->high)
			continue;
		segment = (pc - heap->low) >> bits;
		for (int hop = 0; hop < MAX_SEGMENT_HOPS; hop++) {
			if (bpf_probe_read_user(&back, 1, (const void *)(heap->segment_map + segment)))
				return 0;
			if (back == 0)
				return heap->low + (segment << bits) + java->jvm.block_header;
			if (back == 0xff || back > segment)
				return 0;
			segment -= back;
		}
		return 0;
	}
	return 0;
}

static __always_inline int read_blob(struct java_walk *java, __u64 blob)
{
	__u32 bytes = java->jvm.blob_bytes;

	if (bytes > NF_CODE_BLOB_BYTES)
		bytes = NF_CODE_BLOB_BYTES;
	return bpf_probe_read_user(java->blob, bytes, (const void *)blob);
}

enum blob_kind {
	BLOB_COMPILED,
	BLOB_INTERPRETER,
	BLOB_VTABLE_STUB,
	BLOB_CONTINUATION_STUBS,
	BLOB_STUB,
};

/* By its kind where it has one, else by its name: "nmethod", "native nmethod", "Interpreter",
 * "vtable chunks", "StubRoutines (continuation stubs)". */
static __always_inline enum blob_kind kind_of_blob(struct java_walk *java)
{
	__u64 text = blob_word(java, java->jvm.blob_name);
	const char *name = java->name;

	if (java->jvm.nmethod_kind != 0xff &&
	    java->blob[java->jvm.blob_kind & (CODE_BLOB_ROOM - 1)] == java->jvm.nmethod_kind)
		return BLOB_COMPILED;
	if (text == java->nmethod_name)
		return BLOB_COMPILED;
	if (bpf_probe_read_user(java->name, sizeof(java->name), (const void *)text))
		return BLOB_STUB;
	switch (*(const __u32 *)name) {
	case 0x74656d6e: /* nmet */
		java->nmethod_name = text;
		return BLOB_COMPILED;
	case 0x6974616e: /* nati */
		return BLOB_COMPILED;
	case 0x65746e49: /* Inte */
		return BLOB_INTERPRETER;
	case 0x62617476: /* vtab */
		return BLOB_VTABLE_STUB;
	case 0x62757453: /* Stub, and at 14: cont */
		return name[14] == 'c' && name[15] == 'o' && name[16] == 'n' ? BLOB_CONTINUATION_STUBS :
									       BLOB_STUB;
	default:
		return BLOB_STUB;
	}
}

/* To the caller whose return address was found in a slot. */
static __always_inline int return_through(struct walk *walk, __u64 slot, __u64 pc)
{
	walk->sp = slot + 8;
	walk->pc = pc;
	return is_code_address(pc) ? 1 : end_walk(walk, NF_END_BAD_PC);
}

/* The same when the slot was not read yet; whatever is in it. */
static __always_inline int return_from(struct walk *walk, __u64 slot)
{
	__u64 pc;

	if (read_word(walk, slot, &pc))
		return end_walk(walk, NF_END_RETURN_NOT_FOUND);
	return return_through(walk, slot, pc);
}

/* Above the slot lies the caller's rbp. */
static __always_inline int return_with_fp(struct walk *walk, struct java_walk *java, __u64 fp_slot)
{
	__u64 *words = java->words;

	if (bpf_probe_read_user(words, 16, (const void *)fp_slot))
		return end_walk(walk, NF_END_RETURN_NOT_FOUND);
	walk->fp = words[0];
	return return_through(walk, fp_slot + 8, words[1]);
}

/* Whether a call instruction ends at the address: e8 rel32, or ff with an operand of 2 to 4 bytes. */
static __always_inline int is_behind_call(__u64 address)
{
	__u8 code[5] = {};

	if (bpf_probe_read_user(code, sizeof(code), (const void *)(address - sizeof(code))))
		return 0;
	return code[0] == 0xe8 || code[3] == 0xff || code[2] == 0xff || code[1] == 0xff;
}

static __always_inline int is_return_address(const struct java_walk *java, __u64 address)
{
	return is_run_time_code(java, address) && is_behind_call(address);
}

/* By the size of the frame. The caller of compiled code is always run-time code, since native code
 * comes in through a stub: when the return address is not, something was pushed on top (the string
 * comparison pushes a word), or the frame is not there yet. */
static __always_inline int return_by_size(struct walk *walk, struct java_walk *java,
					  __u64 frame_bytes, int leaf)
{
	__u64 *words = java->words;
	__u64 base = walk->sp + frame_bytes - 16;
	__u64 top;

	if (bpf_probe_read_user(words, 16, (const void *)base))
		return end_walk(walk, NF_END_RETURN_NOT_FOUND);
	if (is_run_time_code(java, words[1])) {
		walk->fp = words[0];
		return return_through(walk, base + 8, words[1]);
	}
	if (leaf && !read_word(walk, walk->sp, &top) && is_return_address(java, top))
		return return_through(walk, walk->sp, top);
	if (bpf_probe_read_user(words, 8 * (1 + SEARCHED_SLOTS), (const void *)base))
		return end_walk(walk, NF_END_RETURN_NOT_FOUND);
	for (int i = 2; i < 1 + SEARCHED_SLOTS; i++) {
		if (is_return_address(java, words[i])) {
			walk->fp = words[i - 1];
			return return_through(walk, base + 8 * i, words[i]);
		}
	}
	return end_walk(walk, NF_END_RETURN_NOT_FOUND);
}

/* What an interrupted instruction says of a frame that is not whole. */
enum leaf_frame {
	LEAF_WHOLE,
	LEAF_RETURN_AT_SP,     /* no frame: before it was made, or after it was left */
	LEAF_FP_AT_SP,         /* rbp was pushed, nothing else */
	LEAF_FP_NOT_SAVED,     /* the frame is there, but rbp is not in it */
};

/* code[0] is the byte before pc. Between the frame's end and the return HotSpot polls for a
 * safepoint:
 *   c3                                   ret
 *   49 3b 67 n, 49 3b a7 n..             cmp n(%r15),%rsp
 *   4d 8b, 41 85, 85 05                  mov n(%r15),%r10; test %eax,(%r10); test %eax,n(%rip)
 *   0f 87 n..                            ja to the slow path
 *   c5 f8 77                             vzeroupper
 * behind  5d  pop %rbp  or  c9  leave. */
static __always_inline enum leaf_frame epilogue_of(const __u8 *code)
{
	__u8 before = code[0], a = code[1], b = code[2], c = code[3];
	int is_left = before == 0x5d || before == 0xc9;

	if (a == 0xc3)
		return LEAF_RETURN_AT_SP;
	if (a == 0x5d) {
		int is_last = b == 0xc3 || (b == 0x49 && c == 0x3b && (code[4] == 0x67 || code[4] == 0xa7)) ||
			      (b == 0x4d && c == 0x8b) || (b == 0x41 && c == 0x85) ||
			      (b == 0xc5 && c == 0xf8);

		return is_last ? LEAF_FP_AT_SP : LEAF_WHOLE;
	}
	if (is_left && ((a == 0x49 && b == 0x3b && (c == 0x67 || c == 0xa7)) || (a == 0x4d && b == 0x8b) ||
			(a == 0x41 && b == 0x85) || (a == 0x0f && b == 0x87) ||
			(a == 0xc5 && b == 0xf8 && c == 0x77)))
		return LEAF_RETURN_AT_SP;
	if ((a == 0x0f && b == 0x87 && code[7] == 0xc3) || (a == 0x41 && b == 0x85 && c == 0x02 && code[4] == 0xc3) ||
	    (a == 0x85 && b == 0x05 && code[7] == 0xc3))
		return LEAF_RETURN_AT_SP;
	return LEAF_WHOLE;
}

/* What is still to run of the code that makes the frame, `left` bytes:
 *   55                    push %rbp
 *   48 81 ec, 48 83 ec    sub $n,%rsp
 *   48 89 6c 24 n         mov %rbp,n(%rsp) */
static __always_inline enum leaf_frame prologue_of(const __u8 *code, __u32 left)
{
	int is_push = 0, is_sub = 0, is_store = 0;

	for (__u32 i = 1; i < LEAF_CODE_BYTES - 3; i++) {
		if (i > left)
			break;
		if (code[i] == 0x55 && !is_sub)
			is_push = 1;
		if (code[i] == 0x48 && (code[i + 1] == 0x81 || code[i + 1] == 0x83) && code[i + 2] == 0xec)
			is_sub = 1;
		if (code[i] == 0x48 && code[i + 1] == 0x89 && code[i + 2] == 0x6c && code[i + 3] == 0x24)
			is_store = 1;
	}
	if (is_push || (is_sub && is_store))
		return LEAF_RETURN_AT_SP;
	if (is_sub)
		return LEAF_FP_AT_SP;
	return is_store ? LEAF_FP_NOT_SAVED : LEAF_WHOLE;
}

static __always_inline int step_compiled(struct walk *walk, struct java_walk *java,
					 struct nf_user_frame *frame, __u64 blob, int leaf)
{
	const struct nf_jvm *jvm = &java->jvm;
	__u64 begin = blob_address(java, blob, jvm->code_begin, jvm->code_begin_width);
	__u64 frame_bytes = 8 * (__u64)blob_half(java, jvm->frame_size);
	const __u8 *code = java->code;
	enum leaf_frame state;
	__u32 complete;

	if (frame_bytes > MAX_COMPILED_FRAME_BYTES || (frame_bytes < 16 && !leaf))
		return end_walk(walk, NF_END_CODE_BLOB_IMPLAUSIBLE);
	if (!leaf && walk->pc == blob_address(java, blob, jvm->deopt_handler, jvm->deopt_handler_width)) {
		__u64 original;

		/* Deoptimized: the frame keeps where it would have returned to. */
		if (!read_word(walk, walk->sp + blob_half(java, jvm->original_pc), &original) &&
		    original - begin < (1 << 24))
			frame->address = original;
	}
	frame->kind_and_data = (__u64)NF_FRAME_JAVA_COMPILED << 56 |
			       ((frame->address - blob) & 0xffffff) << 32 |
			       blob_half(java, jvm->compile_id);
	if (frame_bytes < 16) /* the jump behind a method handle */
		return return_from(walk, walk->sp);
	if (!leaf || bpf_probe_read_user(java->code, sizeof(java->code), (const void *)(walk->pc - 1)))
		return return_by_size(walk, java, frame_bytes, leaf);
	complete = jvm->frame_complete_width == 2 ? blob_quarter(java, jvm->frame_complete) :
						     blob_half(java, jvm->frame_complete);
	state = walk->pc - begin < complete ? prologue_of(code, complete - (walk->pc - begin)) :
					      epilogue_of(code);
	switch (state) {
	case LEAF_RETURN_AT_SP:
		return return_from(walk, walk->sp);
	case LEAF_FP_AT_SP:
		return return_with_fp(walk, java, walk->sp);
	case LEAF_FP_NOT_SAVED:
		return return_from(walk, walk->sp + frame_bytes - 8);
	default:
		return return_by_size(walk, java, frame_bytes, leaf);
	}
}

/* The interpreter's frames have a frame pointer; above it, in words: -1 the caller's sp, -3 the
 * Method, and the bytecode pointer, which the leaf has in r13. */
static __always_inline int step_interpreted(struct walk *walk, struct java_walk *java,
					    struct nf_user_frame *frame, int leaf)
{
	const struct nf_jvm *jvm = &java->jvm;
	__u64 *words = java->words; /* from fp - 8 words to the return address */
	__u64 bytecode, first, constant;

	if (walk->fp < walk->sp || walk->fp - walk->sp >= MAX_INTERPRETED_FRAME_BYTES ||
	    bpf_probe_read_user(words, sizeof(java->words), (const void *)(walk->fp - 64)))
		return end_walk(walk, NF_END_INTERPRETER_FRAME);
	if (read_word(walk, words[5] + jvm->const_method, &constant))
		return end_walk(walk, NF_END_INTERPRETER_FRAME);
	first = constant + jvm->const_method_header;
	bytecode = jvm->bytecode_slot == -7 ? words[1] : words[0];
	if (leaf && java->bytecode - first <= 0xfffe)
		bytecode = java->bytecode;
	frame->address = words[5];
	frame->kind_and_data = (__u64)NF_FRAME_JAVA_INTERPRETED << 56 |
			       (bytecode - first <= 0xfffe ? bytecode - first : NF_NO_BYTECODE_INDEX);
	if (words[7] <= walk->sp)
		return end_walk(walk, NF_END_INTERPRETER_FRAME);
	walk->sp = words[7];
	walk->fp = words[8];
	walk->pc = words[9];
	return is_code_address(walk->pc) ? 1 : end_walk(walk, NF_END_BAD_PC);
}

/* What an interrupted stub has pushed on top of the return address, nobody tells: the first word that
 * is behind a call of run-time code. 0 when there is none. */
static __always_inline __u64 search_return_slot(const struct walk *walk, struct java_walk *java)
{
	__u64 *words = java->words;

	for (int block = 0; block < SEARCHED_BLOCKS; block++) {
		__u64 start = walk->sp + 64 * block;

		if (bpf_probe_read_user(words, 64, (const void *)start))
			return 0;
		for (int i = 0; i < 8; i++) {
			if (is_return_address(java, words[i]))
				return start + 8 * i;
		}
	}
	return 0;
}

/* A stub without a size of its frame: the one through which native code calls Java has a frame
 * pointer, and so has the one that compiled methods call at their entry, with a word of -1 between it
 * and the return address; the others are leaves without a frame. */
static __always_inline int step_sizeless_stub(struct walk *walk, struct java_walk *java, int leaf)
{
	__u64 *words = java->words;
	__u64 wrapper, slot;

	if (leaf) {
		slot = search_return_slot(walk, java);
		if (slot)
			return return_from(walk, slot);
	}
	if (walk->fp < walk->sp || walk->fp - walk->sp >= MAX_STUB_FRAME_BYTES ||
	    bpf_probe_read_user(words, 24, (const void *)walk->fp))
		return end_walk(walk, NF_END_RETURN_NOT_FOUND);
	if (words[1] == ~0ULL) {
		walk->sp = walk->fp;
		walk->fp = words[0];
		return return_through(walk, walk->sp + 16, words[2]);
	}
	if (walk->pc == java->jvm.call_stub_return &&
	    !read_word(walk, walk->fp + 8 * (__s64)java->jvm.call_wrapper_slot, &wrapper) && wrapper)
		java->anchor = wrapper + java->jvm.call_wrapper_anchor;
	walk->sp = walk->fp + 8;
	walk->fp = words[0];
	return return_through(walk, walk->sp, words[1]);
}

static __always_inline int step_stub(struct walk *walk, struct java_walk *java, int leaf)
{
	__u64 frame_bytes = 8 * (__u64)blob_half(java, java->jvm.frame_size);
	__u64 *words = java->words;
	__u64 slot;

	if (frame_bytes < 16 || frame_bytes > MAX_STUB_FRAME_BYTES)
		return step_sizeless_stub(walk, java, leaf);
	if (leaf && !bpf_probe_read_user(words, 8, (const void *)(walk->sp + frame_bytes - 8)) &&
	    !is_run_time_code(java, words[0]) &&
	    !bpf_probe_read_user(words, 16, (const void *)walk->sp)) {
		if (is_return_address(java, words[0]))
			return return_through(walk, walk->sp, words[0]);
		if (is_return_address(java, words[1])) {
			walk->fp = words[0];
			return return_through(walk, walk->sp + 8, words[1]);
		}
		slot = search_return_slot(walk, java);
		if (slot)
			return return_from(walk, slot);
	}
	return return_by_size(walk, java, frame_bytes, leaf);
}

/* The lowest frame of a virtual thread that is on the stack returns to a stub, which would bring the
 * next one from the heap. Below it the carrier goes on with the frame that entered the continuation. */
static __always_inline int step_parked(struct walk *walk, struct java_walk *java,
				       struct nf_user_frame *frame)
{
	__u64 entry;

	frame->kind_and_data = (__u64)NF_FRAME_JAVA_PARKED << 56;
	if (java->thread <= JAVA_THREAD_NONE || !java->jvm.continuation_return ||
	    java->jvm.continuation_entry == NF_JVM_NONE ||
	    read_word(walk, java->thread + java->jvm.continuation_entry, &entry) || entry < walk->sp)
		return end_walk(walk, NF_END_RETURN_NOT_FOUND);
	walk->sp = entry;
	walk->pc = java->jvm.continuation_return;
	return 1;
}

static __always_inline int step_run_time_code(struct walk *walk, struct java_walk *java,
					      struct nf_user_frame *frame)
{
	int leaf = java->leaf;
	__u64 sp = walk->sp;
	enum blob_kind kind;
	__u64 blob;

	java->leaf = 0;
	java->anchor = 0; /* these are the frames that it led to */
	java->last_sp = sp;
	java->native_from = walk->frames;
	if (walk->pc >= java->jvm.interpreter_low && walk->pc < java->jvm.interpreter_high)
		return step_interpreted(walk, java, frame, leaf);
	blob = find_blob(java, walk->pc);
	if (!blob)
		return end_walk(walk, NF_END_NO_CODE_BLOB);
	if (read_blob(java, blob))
		return end_walk(walk, NF_END_CODE_BLOB_UNREADABLE);
	kind = kind_of_blob(java);
	if (kind == BLOB_COMPILED)
		return step_compiled(walk, java, frame, blob, leaf);
	if (kind == BLOB_INTERPRETER)
		return step_interpreted(walk, java, frame, leaf);
	frame->kind_and_data = (__u64)NF_FRAME_JAVA_STUB << 56 | ((walk->pc - blob) & 0xffffff) << 32;
	if (kind == BLOB_CONTINUATION_STUBS && !leaf)
		return step_parked(walk, java, frame);
	if (kind == BLOB_VTABLE_STUB)
		return return_from(walk, sp);
	return step_stub(walk, java, leaf);
}

/* JavaFrameAnchor: last sp, last pc, last fp. Set while the thread is in native code that Java
 * called, so a walk that ended there has not seen all: its frames are given up, but for the first,
 * which is no guess. */
static __always_inline int take_anchor(struct walk *walk, struct java_walk *java)
{
	__u64 address = java->anchor;
	__u64 *words = java->words;
	__u64 stack_base;

	if (!java->is_present || !address || walk->frames >= walk->max_frames)
		return 0;
	java->anchor = 0;
	if (bpf_probe_read_user(words, 24, (const void *)address) || !words[0] ||
	    read_word(walk, java->thread + java->jvm.stack_base, &stack_base) ||
	    words[0] <= java->last_sp || words[0] >= stack_base)
		return 0;
	if (!words[1] && read_word(walk, words[0] - 8, &words[1]))
		return 0;
	if (!is_run_time_code(java, words[1]))
		return 0;
	if (walk->frames > java->native_from + 1)
		walk->frames = java->native_from + 1;
	walk->sp = words[0];
	walk->pc = words[1];
	walk->fp = words[2];
	walk->flags |= NF_SAMPLE_JAVA_ANCHOR_USED;
	walk->end_reason = NF_END_DEPTH_LIMIT;
	return 1;
}

#else

static __always_inline int step_run_time_code(struct walk *walk, struct java_walk *java,
					      struct nf_user_frame *frame)
{
	(void)frame;
	java->leaf = 0;
	return step_frame_pointer(walk);
}

static __always_inline int take_anchor(struct walk *walk, struct java_walk *java)
{
	(void)walk, (void)java;
	return 0;
}

#endif

#endif
