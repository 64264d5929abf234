/* SPDX-License-Identifier: Apache-2.0 */
/* The walker on stacks made by hand. Prints each check that failed; exits 1 when one did. */
#include "check.h"
#include "memory.h"
#include "walker.h"

#define STACK 0x7ffe00000000ULL
#define STACK32 0xffe00000U
#define CODE 0x401000ULL
#define CALLER 0x402000ULL /* and the next few: return addresses */
#define WORDS 64
#define AT(word) (STACK + 8 * (word))

static __u64 stack[WORDS];
static __u8 code[64]; /* pc is in its middle, so that there is code before it */
static struct nf_user_frame user[NF_MAX_USER_FRAMES];

/* A walk that begins at word 0, in code that has a frame, on a stack without a near base. */
static struct walk begin(void)
{
	memset(stack, 0, sizeof(stack));
	memset(code, 0x90, sizeof(code));
	memset(user, 0, sizeof(user));
	memory[0] = (struct region){ STACK, stack, sizeof(stack) };
	memory[1] = (struct region){ CODE - sizeof(code) / 2, code, sizeof(code) };
	return (struct walk){
		.pc = CODE, .sp = AT(0), .word_bytes = 8, .max_frames = NF_MAX_USER_FRAMES,
		.end_reason = NF_END_DEPTH_LIMIT,
	};
}

static void run(struct walk *walk)
{
	read_word(walk, walk->sp, &walk->stack_word);
	for (int i = 0; i <= NF_MAX_USER_FRAMES && step_walk(walk, user); i++)
		;
}

/* A frame: its caller's frame pointer, and its return address. */
static void frame(int word, __u64 fp, __u64 return_address)
{
	stack[word] = fp;
	stack[word + 1] = return_address;
}

static void complete_by_frame_pointer_0(void)
{
	struct walk walk = begin();

	walk.fp = AT(4);
	frame(4, AT(8), CALLER + 1);
	frame(8, 0, CALLER + 2);
	run(&walk);
	CHECK_EQUAL(NF_END_COMPLETE, walk.end_reason);
	CHECK_EQUAL(3, walk.frames);
	CHECK_EQUAL(CODE, user[0].address);
	CHECK_EQUAL(CALLER + 1, user[1].address);
	CHECK_EQUAL(CALLER + 2, user[2].address);
	CHECK_EQUAL(0, walk.flags);
}

static void complete_by_return_address_0(void)
{
	struct walk walk = begin();

	walk.fp = AT(4);
	frame(4, AT(8), CALLER + 1);
	frame(8, 0x1234, 0);
	run(&walk);
	CHECK_EQUAL(NF_END_COMPLETE, walk.end_reason);
	CHECK_EQUAL(2, walk.frames);
}

static void return_address_that_is_no_code(__u64 address)
{
	struct walk walk = begin();

	walk.fp = AT(4);
	frame(4, AT(8), CALLER + 1);
	frame(8, AT(12), address);
	run(&walk);
	CHECK_EQUAL(NF_END_BAD_PC, walk.end_reason);
	CHECK_EQUAL(2, walk.frames);
}

static void bad_pc(void)
{
	return_address_that_is_no_code(1);
	return_address_that_is_no_code(LOWEST_PC - 1);
	return_address_that_is_no_code(USER_ADDRESS_LIMIT);
	return_address_that_is_no_code(0xffffffff81000000ULL);
}

static void frame_pointer_outside(__u64 fp)
{
	struct walk walk = begin();

	walk.sp = AT(2);
	walk.fp = fp;
	run(&walk);
	CHECK_EQUAL(NF_END_FP_OUT_OF_RANGE, walk.end_reason);
	CHECK_EQUAL(1, walk.frames);
}

static void fp_out_of_range(void)
{
	frame_pointer_outside(AT(2) - 1);
	frame_pointer_outside(AT(2) + MAX_FRAME_BYTES);
	frame_pointer_outside(1);
	frame_pointer_outside(~0ULL);
}

/* A frame that names itself as its caller's would never end. */
static void a_loop_is_left(void)
{
	struct walk walk = begin();

	walk.fp = AT(4);
	frame(4, AT(4), CALLER);
	run(&walk);
	CHECK_EQUAL(NF_END_FP_OUT_OF_RANGE, walk.end_reason);
	CHECK_EQUAL(2, walk.frames);
}

static void fp_unreadable(void)
{
	struct walk walk = begin();

	walk.fp = AT(WORDS + 100);
	run(&walk);
	CHECK_EQUAL(NF_END_FP_UNREADABLE, walk.end_reason);

	walk = begin();
	walk.fp = AT(WORDS - 1); /* the return address is behind the end */
	run(&walk);
	CHECK_EQUAL(NF_END_FP_UNREADABLE, walk.end_reason);
	CHECK_EQUAL(1, walk.frames);
}

static void depth_limit(void)
{
	struct walk walk = begin();

	walk.max_frames = 5;
	walk.fp = AT(2);
	for (int i = 0; i < 10; i++)
		frame(2 + 2 * i, AT(4 + 2 * i), CALLER + i);
	run(&walk);
	CHECK_EQUAL(NF_END_DEPTH_LIMIT, walk.end_reason);
	CHECK_EQUAL(5, walk.frames);
	CHECK_EQUAL(CALLER + 3, user[4].address);
	CHECK_EQUAL(0, user[5].address);
}

/* Whatever max_frames says, user[] is not left. The address sanitizer would tell. */
static void depth_of_the_record(void)
{
	static __u64 deep[2 * NF_MAX_USER_FRAMES + 8];
	struct walk walk = begin();

	for (int i = 0; i < NF_MAX_USER_FRAMES + 2; i++) {
		deep[2 * i] = AT(2 * i + 2);
		deep[2 * i + 1] = CALLER + i;
	}
	memory[0] = (struct region){ STACK, deep, sizeof(deep) };
	walk.fp = AT(0);
	walk.max_frames = ~0u;
	run(&walk);
	CHECK_EQUAL(NF_END_DEPTH_LIMIT, walk.end_reason);
	CHECK_EQUAL(NF_MAX_USER_FRAMES, walk.frames);
	CHECK_EQUAL(CALLER + NF_MAX_USER_FRAMES - 2, user[NF_MAX_USER_FRAMES - 1].address);
}

/* After one frame by frame pointer sp is at word 6, and the next frame pointer is none. */
static struct walk lost_after_a_frame(__u64 main_base, __u64 thread_base)
{
	struct walk walk = begin();

	walk.main_base = main_base;
	walk.thread_base = thread_base;
	walk.fp = AT(4);
	frame(4, 1, CALLER);
	run(&walk);
	return walk;
}

static void near_base(void)
{
	struct walk walk = lost_after_a_frame(AT(6) + BASE_DISTANCE_BYTES - 1, 0);

	CHECK_EQUAL(NF_END_COMPLETE, walk.end_reason);
	CHECK_EQUAL(NF_SAMPLE_BASE_BY_ADDRESS, walk.flags);

	walk = lost_after_a_frame(AT(6) + BASE_DISTANCE_BYTES, 0);
	CHECK_EQUAL(NF_END_FP_OUT_OF_RANGE, walk.end_reason);
	CHECK_EQUAL(0, walk.flags);

	walk = lost_after_a_frame(0, AT(6) + 2 * BASE_DISTANCE_BYTES - 1);
	CHECK_EQUAL(NF_END_COMPLETE, walk.end_reason);
	CHECK_EQUAL(NF_SAMPLE_BASE_BY_ADDRESS, walk.flags);

	walk = lost_after_a_frame(AT(5), AT(6) + 2 * BASE_DISTANCE_BYTES); /* passed; too far */
	CHECK_EQUAL(NF_END_FP_OUT_OF_RANGE, walk.end_reason);
}

/* The leaf alone tells nothing, however near the base is. */
static void near_base_without_a_caller(void)
{
	struct walk walk = begin();

	walk.main_base = AT(1);
	walk.fp = 1;
	run(&walk);
	CHECK_EQUAL(NF_END_FP_OUT_OF_RANGE, walk.end_reason);
	CHECK_EQUAL(0, walk.flags);
}

/* Go's systemstack: the caller's frame is on another stack, here below. */
static void go_switches_stacks(void)
{
	static __u64 other[WORDS];
	const __u64 below = STACK - 0x10000000;
	struct walk walk = begin();

	memory[2] = (struct region){ below, other, sizeof(other) };
	other[2] = 0;
	other[3] = CALLER + 2;
	walk.fp = AT(4);
	frame(4, below + 16, CALLER + 1);
	walk.switches_stacks = 1;
	run(&walk);
	CHECK_EQUAL(NF_END_COMPLETE, walk.end_reason);
	CHECK_EQUAL(3, walk.frames);
	CHECK_EQUAL(CALLER + 2, user[2].address);

	walk = begin();
	memory[2] = (struct region){ below, other, sizeof(other) };
	walk.fp = AT(4);
	frame(4, below + 16, CALLER + 1);
	run(&walk);
	CHECK_EQUAL(NF_END_FP_OUT_OF_RANGE, walk.end_reason);
	CHECK_EQUAL(2, walk.frames);

	walk = begin();
	walk.switches_stacks = 1;
	walk.fp = LOWEST_PC - 1; /* no stack is there */
	run(&walk);
	CHECK_EQUAL(NF_END_FP_OUT_OF_RANGE, walk.end_reason);
}

/* Two stacks that name each other's frames end at the depth limit. */
static void a_loop_over_two_stacks_ends(void)
{
	struct walk walk = begin();

	walk.switches_stacks = 1;
	walk.fp = AT(4);
	frame(4, AT(8), CALLER);
	frame(8, AT(4), CALLER);
	run(&walk);
	CHECK_EQUAL(NF_END_DEPTH_LIMIT, walk.end_reason);
	CHECK_EQUAL(NF_MAX_USER_FRAMES, walk.frames);
}

/* Bytes at pc. The return address lies at the word; the frame pointer is the caller's still. */
static void leaf(const char *bytes, size_t size, int word, int switches_stacks)
{
	struct walk walk = begin();

	memcpy(code + sizeof(code) / 2, bytes, size);
	walk.switches_stacks = switches_stacks;
	walk.fp = AT(40);
	stack[word] = CALLER + 1;
	frame(40, 0, CALLER + 2);
	run(&walk);
	CHECK_EQUAL(NF_END_COMPLETE, walk.end_reason);
	CHECK_EQUAL(NF_SAMPLE_LEAF_RETURN_USED, walk.flags);
	CHECK_EQUAL(3, walk.frames);
	CHECK_EQUAL(CALLER + 1, user[1].address);
	CHECK_EQUAL(CALLER + 2, user[2].address);
}

#define LEAF(bytes, word, switches_stacks) leaf(bytes, sizeof(bytes) - 1, word, switches_stacks)

static void leaves_without_a_frame(void)
{
	LEAF("\x55\x48\x89\xe5", 0, 0);                 /* push %rbp; mov %rsp,%rbp */
	LEAF("\x55\x48\x8b\xec", 0, 0);                 /* the same, in the other encoding */
	LEAF("\xf3\x0f\x1e\xfa", 0, 0);                 /* endbr64 */
	LEAF("\xc3", 0, 0);                             /* ret */
	LEAF("\x48\x83\xc4\x18\xc3", 3, 0);             /* add $24,%rsp; ret */
	LEAF("\x48\x81\xc4\x80\x00\x00\x00\xc3", 16, 0); /* add $128,%rsp; ret */
	LEAF("\x48\x89\x6c\x24\x10", 3, 1);             /* Go: mov %rbp,16(%rsp) */
	LEAF("\x48\x8d\x6c\x24\x10", 3, 1);             /* Go: lea 16(%rsp),%rbp */
	LEAF("\x48\x89\xac\x24\x80\x00\x00\x00", 17, 1); /* Go: mov %rbp,128(%rsp) */
	LEAF("\x48\x8d\xac\x24\x80\x00\x00\x00", 17, 1); /* Go: lea 128(%rsp),%rbp */
}

/* The return address's slot belongs to the leaf: no frame of a caller lies there. */
static void a_leaf_leaves_its_slot(void)
{
	struct walk walk = begin();

	code[sizeof(code) / 2] = 0xc3;
	walk.fp = AT(0);
	frame(0, CALLER + 1, CALLER + 2);
	run(&walk);
	CHECK_EQUAL(NF_END_FP_OUT_OF_RANGE, walk.end_reason);
	CHECK_EQUAL(2, walk.frames);
	CHECK_EQUAL(CALLER + 1, user[1].address);
}

/* Between push %rbp and mov %rsp,%rbp: the word at sp is the caller's frame pointer. */
static void leaf_after_a_push(__u8 before, __u64 word, int has_pushed)
{
	struct walk walk = begin();

	code[sizeof(code) / 2 - 3] = before;
	walk.fp = AT(40);
	stack[0] = word;
	stack[1] = CALLER + 1;
	frame(40, 0, CALLER + 2);
	run(&walk);
	CHECK_EQUAL(NF_END_COMPLETE, walk.end_reason);
	CHECK_EQUAL(has_pushed ? 3 : 2, walk.frames);
	CHECK_EQUAL(has_pushed ? CALLER + 1 : CALLER + 2, user[1].address);
}

/* Code that says nothing, or cannot be read, or whose slot holds no code address. */
static void leaf_with_a_frame(const char *bytes, size_t size, __u64 word0)
{
	struct walk walk = begin();

	memcpy(code + sizeof(code) / 2, bytes, size);
	walk.fp = AT(40);
	stack[0] = word0;
	stack[3] = CALLER + 9;
	frame(40, 0, CALLER + 2);
	run(&walk);
	CHECK_EQUAL(NF_END_COMPLETE, walk.end_reason);
	CHECK_EQUAL(0, walk.flags);
	CHECK_EQUAL(2, walk.frames);
	CHECK_EQUAL(CALLER + 2, user[1].address);
}

static void frames_that_stand(void)
{
	struct walk walk;

	leaf_with_a_frame("\x90", 1, CALLER + 1);                 /* any other code */
	leaf_with_a_frame("\xc3", 1, LOWEST_PC - 1);              /* ret, to no code */
	leaf_with_a_frame("\x48\x89\x6c\x24\x10", 5, CALLER + 1); /* Go's, in another program */
	leaf_with_a_frame("\x48\x83\xc4\x98\xc3", 5, CALLER + 1); /* add $-104,%rsp */

	walk = begin();
	memory[1].size = 0; /* run-time code that was unmapped */
	walk.fp = AT(40);
	stack[0] = CALLER + 1;
	frame(40, 0, CALLER + 2);
	run(&walk);
	CHECK_EQUAL(2, walk.frames);
	CHECK_EQUAL(CALLER + 2, user[1].address);
}

static void words_of_32_bits(void)
{
	static const __u32 narrow[] = { CALLER + 9, 0, STACK32 + 16, CALLER + 1, 0, CALLER + 2 };
	struct walk walk = begin();

	memory[0] = (struct region){ STACK32, narrow, sizeof(narrow) };
	code[sizeof(code) / 2] = 0xc3; /* no leaf is looked at */
	walk.word_bytes = 4;
	walk.sp = STACK32;
	walk.fp = STACK32 + 8;
	run(&walk);
	CHECK_EQUAL(NF_END_COMPLETE, walk.end_reason);
	CHECK_EQUAL(3, walk.frames);
	CHECK_EQUAL(CALLER + 1, user[1].address);
	CHECK_EQUAL(CALLER + 2, user[2].address);
	CHECK_EQUAL(0, walk.flags);

	walk = begin();
	memory[0] = (struct region){ STACK32, narrow, 12 }; /* without the return address */
	walk.word_bytes = 4;
	walk.sp = STACK32;
	walk.fp = STACK32 + 8;
	run(&walk);
	CHECK_EQUAL(NF_END_FP_UNREADABLE, walk.end_reason);
}

int main(void)
{
	complete_by_frame_pointer_0();
	complete_by_return_address_0();
	bad_pc();
	fp_out_of_range();
	a_loop_is_left();
	fp_unreadable();
	depth_limit();
	depth_of_the_record();
	near_base();
	near_base_without_a_caller();
	go_switches_stacks();
	a_loop_over_two_stacks_ends();
	leaves_without_a_frame();
	a_leaf_leaves_its_slot();
	leaf_after_a_push(0x55, AT(40), 1);
	leaf_after_a_push(0x90, AT(40), 0);
	leaf_after_a_push(0x55, AT(39), 0);
	frames_that_stand();
	words_of_32_bits();
	return failures ? 1 : 0;
}
