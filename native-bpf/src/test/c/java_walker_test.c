/* SPDX-License-Identifier: Apache-2.0 */
/* The walker in a Java machine made by hand: a code heap with its segment map, some CodeBlobs, and a
 * thread. Prints each check that failed; exits 1 when one did. */
#include "check.h"
#include "memory.h"
#include "java_walker.h"

#define STACK 0x7ffe00000000ULL
#define WORDS 192
#define AT(word) (STACK + 8 * (word))
#define NATIVE 0x401000ULL

#define HEAP 0x7f0000000000ULL
#define SEGMENT_BITS 7
#define SEGMENTS 64
#define SEGMENT_MAP 0x7f1000000000ULL
#define BLOCK_HEADER 16
#define AT_SEGMENT(segment) (HEAP + ((__u64)(segment) << SEGMENT_BITS))

#define NAMES 0x7f2000000000ULL
#define NMETHOD_NAME NAMES
#define VTABLE_NAME (NAMES + 32)
#define STUBS_NAME (NAMES + 64)
#define RUNTIME_NAME (NAMES + 96)

#define OBJECTS 0x7f3000000000ULL
#define METHOD (OBJECTS + 0x100)
#define CONST_METHOD (OBJECTS + 0x200)
#define THREAD (OBJECTS + 0x300)
#define WRAPPER (OBJECTS + 0x380)

/* Where in a CodeBlob of this machine a field is. */
enum { NAME = 0, CODE_BEGIN = 8, FRAME_SIZE = 16, FRAME_COMPLETE = 20, COMPILE_ID = 24,
       ORIGINAL_PC = 28, DEOPT_HANDLER = 32, BLOB_BYTES = 64 };
enum { CONST_METHOD_FIELD = 8, CONST_METHOD_HEADER = 48, STACK_BASE = 16, ANCHOR = 32 };

/* First segments of the blobs; each has eight. */
enum { LEAF = 0, CALLER = 8, VTABLE = 16, STUBS = 24, RUNTIME = 32, INTERPRETER = 40, UNUSED = 48 };

static __u64 stack[WORDS];
static __u8 heap[SEGMENTS << SEGMENT_BITS];
static __u8 segment_map[SEGMENTS];
static char names[128];
static __u8 objects[0x400];
static struct nf_user_frame user[NF_MAX_USER_FRAMES];
static struct java_walk java;

static void put(__u8 *bytes, __u64 offset, const void *value, size_t size)
{
	memcpy(bytes + offset, value, size);
}

static void put_word(__u64 address, __u64 value)
{
	if (address >= OBJECTS)
		put(objects, address - OBJECTS, &value, 8);
	else
		put(heap, address - HEAP, &value, 8);
}

static void put_half(__u64 address, __u32 value)
{
	put(heap, address - HEAP, &value, 4);
}

static __u64 blob_of(int segment)
{
	return AT_SEGMENT(segment) + BLOCK_HEADER;
}

/* Code begins in the second segment of a blob. */
static __u64 code_of(int segment)
{
	return AT_SEGMENT(segment + 1);
}

static void code_at(__u64 address, const char *bytes, size_t size)
{
	memcpy(heap + (address - HEAP), bytes, size);
}

static void make_blob(int segment, __u64 name, __u32 frame_words, __u32 complete, __u32 compile_id)
{
	__u64 blob = blob_of(segment);

	for (int i = 0; i < 8; i++)
		segment_map[segment + i] = i;
	put_word(blob + NAME, name);
	put_word(blob + CODE_BEGIN, code_of(segment));
	put_half(blob + FRAME_SIZE, frame_words);
	put_half(blob + FRAME_COMPLETE, complete);
	put_half(blob + COMPILE_ID, compile_id);
	put_half(blob + ORIGINAL_PC, 8);
	put_word(blob + DEOPT_HANDLER, code_of(segment) + 0x200);
}

/* A call ends where the caller's frames return to. */
static __u64 return_to(int segment)
{
	code_at(code_of(segment) + 0x100, "\xe8\x00\x00\x00\x00", 5);
	return code_of(segment) + 0x105;
}

static struct walk begin(__u64 pc)
{
	memset(stack, 0, sizeof(stack));
	memset(heap, 0x90, sizeof(heap));
	memset(segment_map, 0xff, sizeof(segment_map));
	memset(objects, 0, sizeof(objects));
	memset(user, 0, sizeof(user));
	memset(&java, 0, sizeof(java));
	strcpy(names, "nmethod");
	strcpy(names + 32, "vtable chunks");
	strcpy(names + 64, "StubRoutines (1)");
	strcpy(names + 96, "C1 Runtime slow");
	memory[0] = (struct region){ STACK, stack, sizeof(stack) };
	memory[1] = (struct region){ HEAP, heap, sizeof(heap) };
	memory[2] = (struct region){ SEGMENT_MAP, segment_map, sizeof(segment_map) };
	memory[3] = (struct region){ NAMES, names, sizeof(names) };
	memory[4] = (struct region){ OBJECTS, objects, sizeof(objects) };
	java.is_present = 1;
	java.leaf = 1;
	java.last_sp = AT(0);
	java.jvm = (struct nf_jvm){
		.code_low = HEAP,
		.code_high = HEAP + sizeof(heap),
		.interpreter_low = AT_SEGMENT(INTERPRETER),
		.interpreter_high = AT_SEGMENT(INTERPRETER + 8),
		.call_stub_return = code_of(STUBS) + 0x40,
		.heaps = { { HEAP, HEAP + sizeof(heap), SEGMENT_MAP, SEGMENT_BITS } },
		.block_header = BLOCK_HEADER,
		.blob_bytes = BLOB_BYTES,
		.blob_name = NAME,
		.code_begin = CODE_BEGIN,
		.code_begin_width = 8,
		.frame_size = FRAME_SIZE,
		.frame_complete = FRAME_COMPLETE,
		.frame_complete_width = 4,
		.compile_id = COMPILE_ID,
		.original_pc = ORIGINAL_PC,
		.deopt_handler = DEOPT_HANDLER,
		.deopt_handler_width = 8,
		.nmethod_kind = 0xff,
		.const_method = CONST_METHOD_FIELD,
		.const_method_header = CONST_METHOD_HEADER,
		.stack_base = STACK_BASE,
		.anchor = ANCHOR,
		.continuation_entry = NF_JVM_NONE,
		.bytecode_slot = -8,
		.call_wrapper_slot = -6,
	};
	make_blob(LEAF, NMETHOD_NAME, 8, 16, 11);
	make_blob(CALLER, NMETHOD_NAME, 6, 16, 12);
	make_blob(VTABLE, VTABLE_NAME, 0, 0, 0);
	make_blob(STUBS, STUBS_NAME, 0, 0, 0);
	make_blob(RUNTIME, RUNTIME_NAME, 10, 0, 0);
	return (struct walk){
		.pc = pc, .sp = AT(0), .word_bytes = 8, .max_frames = NF_MAX_USER_FRAMES,
		.end_reason = NF_END_DEPTH_LIMIT,
	};
}

/* As sampler.bpf.c goes on from frame to frame. */
static void run(struct walk *walk)
{
	int goes_on = 1;

	read_word(walk, walk->sp, &walk->stack_word);
	for (int i = 0; i <= NF_MAX_USER_FRAMES && goes_on; i++) {
		if (is_run_time_code(&java, walk->pc)) {
			struct nf_user_frame *frame = emit_frame(walk, user);

			goes_on = frame && step_run_time_code(walk, &java, frame);
		} else {
			java.leaf = 0;
			goes_on = step_walk(walk, user);
		}
		if (!goes_on)
			goes_on = take_anchor(walk, &java);
	}
}

/* A caller of compiled code is compiled, too, and in the end the walk is in native code. */
static void end_in_native_code(int word)
{
	stack[word + 4] = 0;      /* rbp */
	stack[word + 5] = NATIVE; /* compiled code is called by a stub only: the walk ends here */
}

static void check_frames(const struct walk *walk, __u64 second)
{
	CHECK_EQUAL(2, walk->frames);
	CHECK_EQUAL(second, user[1].address);
	CHECK_EQUAL(NF_FRAME_JAVA_COMPILED, user[1].kind_and_data >> 56);
	CHECK_EQUAL(12, user[1].kind_and_data & 0xffffffff);
	CHECK_EQUAL(second - blob_of(CALLER), user[1].kind_and_data >> 32 & 0xffffff);
	CHECK_EQUAL(NF_END_RETURN_NOT_FOUND, walk->end_reason);
}

static void compiled_frames_have_a_size(void)
{
	struct walk walk = begin(code_of(LEAF) + 0x40);

	stack[6] = AT(20);
	stack[7] = return_to(CALLER);
	end_in_native_code(8);
	run(&walk);
	CHECK_EQUAL(NF_FRAME_JAVA_COMPILED, user[0].kind_and_data >> 56);
	CHECK_EQUAL(11, user[0].kind_and_data & 0xffffffff);
	CHECK_EQUAL(code_of(LEAF) + 0x40 - blob_of(LEAF), user[0].kind_and_data >> 32 & 0xffffff);
	check_frames(&walk, return_to(CALLER));
}

static void a_word_that_was_pushed_is_stepped_over(void)
{
	struct walk walk = begin(code_of(LEAF) + 0x40);

	stack[7] = AT(20);
	stack[8] = return_to(CALLER);
	end_in_native_code(9);
	run(&walk);
	check_frames(&walk, return_to(CALLER));
}

/* Run-time code that no call ends at is no return address. */
static void a_word_that_looks_like_code_is_none(void)
{
	struct walk walk = begin(code_of(LEAF) + 0x40);

	stack[8] = code_of(CALLER) + 0x33;
	run(&walk);
	CHECK_EQUAL(1, walk.frames);
	CHECK_EQUAL(NF_END_RETURN_NOT_FOUND, walk.end_reason);
}

static void leaf_at(const char *bytes, size_t size, __u64 offset, int fp_word, int return_word)
{
	struct walk walk = begin(code_of(LEAF) + offset);

	code_at(code_of(LEAF) + offset - 1, bytes, size);
	if (fp_word >= 0)
		stack[fp_word] = AT(20);
	stack[return_word] = return_to(CALLER);
	end_in_native_code(return_word + 1);
	run(&walk);
	check_frames(&walk, return_to(CALLER));
}

static void leaves_with_half_a_frame(void)
{
	/* Each with the byte before pc first. Prologue: push, sub, mov. */
	leaf_at("\x90\x55\x48\x83\xec\x30", 6, 4, -1, 0);
	leaf_at("\x55\x48\x83\xec\x30\x90", 6, 4, 0, 1);
	leaf_at("\x90\x48\x83\xec\x38\x48\x89\x6c\x24\x30", 10, 2, -1, 0);
	leaf_at("\x90\x48\x89\x6c\x24\x30", 6, 6, -1, 7);
	/* Epilogue: ret; pop and ret; the poll of a safepoint behind pop or leave. */
	leaf_at("\x90\xc3", 2, 0x80, -1, 0);
	leaf_at("\x90\x5d\xc3", 3, 0x80, 0, 1);
	leaf_at("\x5d\x49\x3b\x67\x18", 5, 0x80, -1, 0);
	leaf_at("\xc9\x0f\x87\x01\x00\x00\x00\xc3", 8, 0x80, -1, 0);
	/* A compare in the middle of the code is no poll. */
	leaf_at("\x90\x49\x3b\x67\x18", 5, 0x80, 6, 7);
}

static void a_deoptimized_frame_tells_where_it_was(void)
{
	struct walk walk = begin(code_of(LEAF) + 0x40);

	stack[6] = AT(20);
	stack[7] = code_of(CALLER) + 0x200; /* the deopt handler */
	stack[9] = code_of(CALLER) + 0x77;  /* the original pc, 8 bytes into the frame */
	end_in_native_code(8);
	run(&walk);
	CHECK_EQUAL(code_of(CALLER) + 0x77, user[1].address);
}

static void interpreted_frames_have_a_frame_pointer(void)
{
	struct walk walk = begin(AT_SEGMENT(INTERPRETER) + 0x20);

	put_word(METHOD + CONST_METHOD_FIELD, CONST_METHOD);
	java.bytecode = CONST_METHOD + CONST_METHOD_HEADER + 5;
	walk.fp = AT(12);
	stack[12 - 8] = CONST_METHOD + CONST_METHOD_HEADER + 3; /* of a frame that called */
	stack[12 - 3] = METHOD;
	stack[12 - 1] = AT(16); /* the caller's sp */
	stack[12] = AT(40);
	stack[13] = return_to(CALLER);
	end_in_native_code(16);
	run(&walk);
	CHECK_EQUAL(METHOD, user[0].address);
	CHECK_EQUAL(NF_FRAME_JAVA_INTERPRETED, user[0].kind_and_data >> 56);
	CHECK_EQUAL(5, user[0].kind_and_data & 0xffff);
	check_frames(&walk, return_to(CALLER));
}

static void an_interpreted_caller_has_its_bytecode_in_its_frame(void)
{
	struct walk walk = begin(code_of(LEAF) + 0x40);

	put_word(METHOD + CONST_METHOD_FIELD, CONST_METHOD);
	java.bytecode = CONST_METHOD + CONST_METHOD_HEADER + 5; /* a register of the leaf's, by chance */
	stack[6] = AT(30);
	stack[7] = AT_SEGMENT(INTERPRETER) + 0x90;
	stack[30 - 8] = CONST_METHOD + CONST_METHOD_HEADER + 3;
	stack[30 - 3] = METHOD;
	stack[30 - 1] = AT(32);
	stack[30] = 0;
	stack[31] = NATIVE;
	run(&walk);
	CHECK_EQUAL(METHOD, user[1].address);
	CHECK_EQUAL(3, user[1].kind_and_data & 0xffff);
	CHECK_EQUAL(NATIVE, user[2].address);
	CHECK_EQUAL(NF_END_COMPLETE, walk.end_reason);
}

static void an_interpreted_frame_must_make_sense(void)
{
	struct walk walk = begin(AT_SEGMENT(INTERPRETER) + 0x20);

	walk.fp = AT(12);
	stack[12 - 1] = AT(16);
	run(&walk);
	CHECK_EQUAL(1, walk.frames);
	CHECK_EQUAL(NF_END_INTERPRETER_FRAME, walk.end_reason);
}

static void vtable_stubs_have_no_frame(void)
{
	struct walk walk = begin(code_of(VTABLE) + 8);

	stack[0] = return_to(CALLER);
	end_in_native_code(1);
	run(&walk);
	CHECK_EQUAL(NF_FRAME_JAVA_STUB, user[0].kind_and_data >> 56);
	check_frames(&walk, return_to(CALLER));
}

static void an_interrupted_stub_may_have_pushed_anything(int words)
{
	struct walk walk = begin(code_of(STUBS) + 8);

	for (int i = 0; i < words; i++)
		stack[i] = code_of(CALLER) + i; /* code, but behind no call */
	stack[words] = return_to(CALLER);
	end_in_native_code(words + 1);
	run(&walk);
	check_frames(&walk, return_to(CALLER));
}

static void a_runtime_stub_saves_registers(int words)
{
	struct walk walk = begin(code_of(RUNTIME) + 8);

	stack[words] = return_to(CALLER);
	end_in_native_code(words + 1);
	run(&walk);
	check_frames(&walk, return_to(CALLER));
}

/* Native code calls Java through a stub, which knows where the Java frames before it are. */
static void the_call_stub_leads_to_the_anchor_before(void)
{
	struct walk walk = begin(code_of(LEAF) + 0x40);

	java.jvm.call_wrapper_anchor = 8;
	java.thread = THREAD;
	put_word(THREAD + STACK_BASE, AT(WORDS));
	stack[6] = AT(20);
	stack[7] = java.jvm.call_stub_return;
	stack[20 - 6] = WRAPPER;
	stack[20] = 1; /* native code without frame pointers: the walk ends */
	stack[21] = NATIVE;
	put_word(WRAPPER + 8, AT(60)); /* last Java sp; the pc lies below it */
	stack[59] = return_to(CALLER);
	end_in_native_code(60);
	run(&walk);
	CHECK_EQUAL(4, walk.frames);
	CHECK_EQUAL(java.jvm.call_stub_return, user[1].address);
	CHECK_EQUAL(NATIVE, user[2].address);
	CHECK_EQUAL(return_to(CALLER), user[3].address);
	CHECK_EQUAL(NF_SAMPLE_JAVA_ANCHOR_USED, walk.flags);
}

/* The leaf is no guess; what is between it and the Java frames may be. */
static void a_broken_native_walk_goes_on_at_the_anchor(void)
{
	struct walk walk = begin(NATIVE);

	java.thread = THREAD;
	java.anchor = THREAD + ANCHOR;
	put_word(THREAD + STACK_BASE, AT(WORDS));
	put_word(THREAD + ANCHOR, AT(60));
	put_word(THREAD + ANCHOR + 8, return_to(CALLER));
	walk.fp = AT(4);
	stack[4] = 1;
	stack[5] = NATIVE + 1;
	end_in_native_code(60);
	run(&walk);
	CHECK_EQUAL(NATIVE, user[0].address);
	check_frames(&walk, return_to(CALLER));
	CHECK_EQUAL(NF_SAMPLE_JAVA_ANCHOR_USED, walk.flags);
}

static void an_anchor_that_leads_back_is_not_taken(void)
{
	struct walk walk = begin(NATIVE);

	java.thread = THREAD;
	java.anchor = THREAD + ANCHOR;
	java.last_sp = AT(60);
	put_word(THREAD + STACK_BASE, AT(WORDS));
	put_word(THREAD + ANCHOR, AT(60));
	put_word(THREAD + ANCHOR + 8, return_to(CALLER));
	walk.fp = 1;
	run(&walk);
	CHECK_EQUAL(1, walk.frames);
	CHECK_EQUAL(NF_END_FP_OUT_OF_RANGE, walk.end_reason);
}

static void hostile_tables_end_the_walk(void)
{
	struct walk walk = begin(AT_SEGMENT(UNUSED));

	run(&walk);
	CHECK_EQUAL(NF_END_NO_CODE_BLOB, walk.end_reason);
	walk = begin(code_of(LEAF) + 0x40);
	segment_map[1] = 200; /* before the heap */
	run(&walk);
	CHECK_EQUAL(NF_END_NO_CODE_BLOB, walk.end_reason);
	walk = begin(code_of(LEAF) + 0x40);
	put_half(blob_of(LEAF) + FRAME_SIZE, 0x7fffffff);
	run(&walk);
	CHECK_EQUAL(NF_END_CODE_BLOB_IMPLAUSIBLE, walk.end_reason);
	walk = begin(code_of(LEAF) + 0x40);
	java.jvm.heaps[0].segment_map = 0;
	run(&walk);
	CHECK_EQUAL(NF_END_NO_CODE_BLOB, walk.end_reason);
}

/* Every frame leads to the same place: sp grows, so the stack's end is the walk's. */
static void a_loop_ends(void)
{
	struct walk walk = begin(code_of(CALLER) + 0x40);

	for (int i = 0; i < WORDS; i++)
		stack[i] = return_to(CALLER);
	run(&walk);
	CHECK_EQUAL(WORDS / 6 + 1, walk.frames);
	CHECK_EQUAL(NF_END_RETURN_NOT_FOUND, walk.end_reason);
}

int main(void)
{
	compiled_frames_have_a_size();
	a_word_that_was_pushed_is_stepped_over();
	a_word_that_looks_like_code_is_none();
	leaves_with_half_a_frame();
	a_deoptimized_frame_tells_where_it_was();
	interpreted_frames_have_a_frame_pointer();
	an_interpreted_caller_has_its_bytecode_in_its_frame();
	an_interpreted_frame_must_make_sense();
	vtable_stubs_have_no_frame();
	an_interrupted_stub_may_have_pushed_anything(1);
	an_interrupted_stub_may_have_pushed_anything(5);
	an_interrupted_stub_may_have_pushed_anything(14);
	a_runtime_stub_saves_registers(0);
	a_runtime_stub_saves_registers(3);
	a_runtime_stub_saves_registers(9);
	the_call_stub_leads_to_the_anchor_before();
	a_broken_native_walk_goes_on_at_the_anchor();
	an_anchor_that_leads_back_is_not_taken();
	hostile_tables_end_the_walk();
	a_loop_ends();
	return failures ? 1 : 0;
}
