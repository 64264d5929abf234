/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The sampler: one record per firing of the perf event, with kernel and user stack. */
#include <linux/bpf.h>
#include <linux/bpf_perf_event.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#include "image.h"
#include "java_walker.h"
#include "rates.h"
#include "registers.h"
#include "walker.h"

#define YOUNG_NS 500000000ULL
#define WAKEUP_INTERVAL_NS 5000000ULL
/* A call for each costs as much as the frame: a stack of 30 was walked in three quarters of the time. */
#define NATIVE_FRAMES_PER_STEP 8

/* Set before load. */
/* Between two samples of a task that nobody wants more of; 0: weight is time since the CPU's last one. */
const volatile __u64 sample_period_ns = 0;
const volatile __u64 max_weight_ns = 0;    /* bound of that time: the CPU may have been idle */
const volatile __u32 max_user_frames = 128;
const volatile __u32 kernel_stacks = 1;

struct scratch {
	struct walk walk;
	struct java_walk java;
	struct nf_image image;
	struct {
		struct nf_sample head;
		struct nf_user_frame user[NF_MAX_USER_FRAMES];
		/* kernel addresses follow the used user frames; this is their room when all are used */
		__u64 kernel[NF_MAX_KERNEL_FRAMES + 1];
	} sample;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct scratch);
} sampler_scratch SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct nf_counters);
} sampler_counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} last_sample_ns SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} last_wakeup_ns SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20); /* sized by user space */
} samples SEC(".maps");

/* Images whose record was sent. Forgetting one costs a second record, nothing else. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct image_id);
	__type(value, __u8);
} seen_images SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, struct nf_process);
} processes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 512);
	__type(key, __u32);
	__type(value, struct nf_jvm);
} jvms SEC(".maps");

/* Thread id to JavaThread. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, __u32);
	__type(value, __u64);
} java_threads SEC(".maps");

static const __u32 only_entry = 0;

static __always_inline struct scratch *scratch_of_cpu(void)
{
	__u32 entry = only_entry;

	return bpf_map_lookup_elem(&sampler_scratch, &entry);
}

/* One frame in run-time code of HotSpot. */
__attribute__((noinline)) int step_java(void)
{
	struct scratch *scratch = scratch_of_cpu();
	struct nf_user_frame *frame;

	if (!scratch)
		return 0;
	frame = emit_frame(&scratch->walk, scratch->sample.user);
	return frame ? step_run_time_code(&scratch->walk, &scratch->java, frame) : 0;
}

/* Where the walk would end: on with the Java frames below native ones, if there are any. */
__attribute__((noinline)) int resume_at_anchor(void)
{
	struct scratch *scratch = scratch_of_cpu();

	if (!scratch)
		return 0;
	return take_anchor(&scratch->walk, &scratch->java);
}

/* One frame of run-time code, or a few native ones. Global, so that the verifier looks at it once, and
 * without arguments, since 5.10 refuses pointers here. Returns 0 when the walk is over. */
__attribute__((noinline)) int step(void)
{
	struct scratch *scratch = scratch_of_cpu();

	if (!scratch)
		return 0;
	if (is_run_time_code(&scratch->java, scratch->walk.pc))
		return step_java();
	scratch->java.leaf = 0;
	for (int i = 0; i < NATIVE_FRAMES_PER_STEP; i++) {
		if (!step_walk(&scratch->walk, scratch->sample.user))
			return 0;
		if (is_run_time_code(&scratch->java, scratch->walk.pc))
			break;
	}
	return 1;
}

static __always_inline void prepare_java_walk(struct nf_sample *sample, struct java_walk *java,
					      const struct user_registers *registers)
{
	struct nf_jvm *jvm = bpf_map_lookup_elem(&jvms, &sample->record.tgid);
	__u64 *thread;

	java->is_present = jvm && jvm->process_start_ns == sample->record.process_start_ns;
	if (!java->is_present)
		return;
	java->jvm = *jvm;
	java->bytecode = registers->bytecode;
	java->last_sp = registers->sp;
	java->nmethod_name = 0;
	java->leaf = 1;
	java->native_from = 0;
	java->anchor = 0;
	thread = bpf_map_lookup_elem(&java_threads, &sample->tid);
	java->thread = thread ? *thread : 0;
	if (java->thread > JAVA_THREAD_NONE)
		java->anchor = java->thread + java->jvm.anchor;
	if (!thread)
		sample->flags |= NF_SAMPLE_JAVA_THREAD_UNKNOWN;
}

static __always_inline void walk_user_stack(void *ctx, struct task_struct *task, struct mm_struct *mm,
					    struct scratch *scratch, int from_user_mode)
{
	struct bpf_perf_event_data *event = ctx;
	struct nf_sample *sample = &scratch->sample.head;
	struct walk *walk = &scratch->walk;
	struct user_registers registers = {};
	struct nf_process *process;

	if (from_user_mode) {
		const volatile __u64 *words = (const volatile __u64 *)&event->regs;

		registers.pc = words[PT_REGS_PC];
		registers.sp = words[PT_REGS_SP];
		registers.fp = words[PT_REGS_FP];
		registers.bytecode = words[PT_REGS_BYTECODE];
		registers.word_bytes = user_word_bytes(words[PT_REGS_MODE]);
	} else if (saved_user_registers(task, &registers)) {
		sample->end_reason = NF_END_REGISTERS_UNREADABLE;
		return;
	}
	walk->pc = registers.pc;
	walk->sp = registers.sp;
	walk->fp = registers.fp;
	walk->word_bytes = registers.word_bytes;
	walk->main_base = BPF_CORE_READ(mm, start_stack);
	walk->thread_base = thread_pointer(task);
	walk->frames = 0;
	walk->flags = 0;
	walk->end_reason = NF_END_DEPTH_LIMIT;
	walk->max_frames = max_user_frames;
	prepare_java_walk(sample, &scratch->java, &registers);
	process = bpf_map_lookup_elem(&processes, &sample->record.tgid);
	walk->switches_stacks = process && process->process_start_ns == sample->record.process_start_ns &&
				process->flags & NF_PROCESS_SWITCHES_STACKS;

	read_word(walk, walk->sp, &walk->stack_word);
	sample->stack_word = walk->stack_word;
	if (!is_code_address(walk->pc)) {
		walk->end_reason = NF_END_BAD_PC;
	} else {
		for (int i = 0; i <= NF_MAX_USER_FRAMES; i++)
			if (!step() && !resume_at_anchor())
				break;
	}
	sample->end_reason = walk->end_reason;
	sample->flags |= walk->flags;
	sample->user_frames = walk->frames;
}

static __always_inline __u64 weigh_by_time(__u64 now)
{
	__u32 entry = only_entry;
	__u64 *last;
	__u64 weight = 0;

	last = bpf_map_lookup_elem(&last_sample_ns, &entry);
	if (last) {
		weight = *last ? now - *last : max_weight_ns;
		*last = now;
	}
	return weight < max_weight_ns ? weight : max_weight_ns;
}

/* The image's record comes before its first sample and wakes user space at once, so that /proc is
 * read while the process lives. Marked as seen only when the ring took it. */
static __always_inline void announce_image(struct task_struct *leader, struct mm_struct *mm,
					   struct scratch *scratch)
{
	struct nf_sample *sample = &scratch->sample.head;
	struct image_id id = {
		.process_start_ns = sample->record.process_start_ns,
		.exec_id = sample->record.exec_id,
		.tgid = sample->record.tgid,
	};
	__u8 seen = 1;

	if (bpf_map_lookup_elem(&seen_images, &id))
		return;
	scratch->image.record = sample->record;
	scratch->image.record.type = NF_RECORD_IMAGE;
	scratch->image.cgroup_id = sample->cgroup_id;
	describe_image(leader, mm, &scratch->image);
	if (bpf_ringbuf_output(&samples, &scratch->image, sizeof(scratch->image), BPF_RB_FORCE_WAKEUP))
		return;
	bpf_map_update_elem(&seen_images, &id, &seen, BPF_ANY);
	sample->flags |= NF_SAMPLE_FIRST_OF_IMAGE;
}

/* Bytes of the record up to the end of its user frames; also where the kernel stack goes. */
static __always_inline __u32 user_part_bytes(const struct nf_sample *sample)
{
	__u32 frames = sample->user_frames;

	/* Always true. The barrier keeps the bound in the register that the verifier looks at. */
	asm volatile("" : "+r"(frames));
	if (frames > NF_MAX_USER_FRAMES)
		frames = NF_MAX_USER_FRAMES;
	return sizeof(*sample) + frames * sizeof(struct nf_user_frame);
}

static __always_inline __u32 take_kernel_stack(void *ctx, struct scratch *scratch, __u32 offset)
{
	long bytes;

	bytes = bpf_get_stack(ctx, (char *)&scratch->sample + offset, NF_MAX_KERNEL_FRAMES * 8, 0);
	if (bytes < 0) {
		scratch->sample.head.flags |= NF_SAMPLE_KERNEL_STACK_FAILED;
		return 0;
	}
	return (__u32)bytes / 8;
}

/* A young process is still mapping its libraries and may soon be gone: its samples wake user space,
 * so that the mappings are read with them. Everybody else's wait for the next round. */
static __always_inline __u64 wakeup_flag(const struct nf_sample *sample)
{
	__u32 entry = only_entry;
	__u64 *last;

	if (bpf_ktime_get_boot_ns() + boottime_offset_ns - sample->record.process_start_ns > YOUNG_NS)
		return BPF_RB_NO_WAKEUP;
	last = bpf_map_lookup_elem(&last_wakeup_ns, &entry);
	if (!last || sample->record.time_ns - *last < WAKEUP_INTERVAL_NS)
		return BPF_RB_NO_WAKEUP;
	*last = sample->record.time_ns;
	return BPF_RB_FORCE_WAKEUP;
}

static __always_inline void sample_task(void *ctx, struct nf_counters *counters, __u64 pid_tgid,
					__u64 weight)
{
	struct bpf_perf_event_data *event = ctx;
	__u64 mode = ((const volatile __u64 *)&event->regs)[PT_REGS_MODE];
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct task_struct *leader = BPF_CORE_READ(task, group_leader);
	struct mm_struct *mm = BPF_CORE_READ(task, mm);
	struct scratch *scratch = scratch_of_cpu();
	__u32 tgid = pid_of(leader, pid_tgid >> 32);
	struct nf_sample *sample;
	__u32 bytes;

	if (!tgid) {
		if (!sample_period_ns)
			weigh_by_time(bpf_ktime_get_ns()); /* the next sample does not stand for this time */
		counters->outside++;
		return;
	}
	if (!scratch) {
		counters->lost_scratch++;
		return;
	}
	sample = &scratch->sample.head;
	sample->record.type = NF_RECORD_SAMPLE;
	sample->record.tgid = tgid;
	sample->record.process_start_ns = start_of(leader);
	sample->record.exec_id = BPF_CORE_READ(leader, self_exec_id);
	sample->record.time_ns = bpf_ktime_get_ns();
	sample->cgroup_id = cgroup_id_of(task);
	sample->value_ns = sample_period_ns ? weight : weigh_by_time(sample->record.time_ns);
	sample->stack_word = 0;
	sample->tid = pid_of(task, (__u32)pid_tgid);
	sample->cpu = bpf_get_smp_processor_id();
	sample->kernel_frames = 0;
	sample->user_frames = 0;
	sample->origin = NF_ORIGIN_CPU;
	sample->end_reason = NF_END_NO_USER_STACK;
	sample->flags = 0;
	bpf_get_current_comm(sample->comm, sizeof(sample->comm));

	announce_image(leader, mm, scratch);
	if (mm)
		walk_user_stack(ctx, task, mm, scratch, is_user_mode(mode));

	bytes = user_part_bytes(sample);
	if (kernel_stacks && !is_user_mode(mode))
		sample->kernel_frames = take_kernel_stack(ctx, scratch, bytes);
	bytes += (__u32)sample->kernel_frames * 8;
	if (bytes > sizeof(scratch->sample))
		bytes = sizeof(scratch->sample);
	if (bpf_ringbuf_output(&samples, &scratch->sample, bytes, wakeup_flag(sample)))
		counters->lost_ring++;
	else
		counters->submitted++;
}

SEC("perf_event")
int take_sample(struct bpf_perf_event_data *ctx)
{
	__u64 pid_tgid = bpf_get_current_pid_tgid();
	__u32 entry = only_entry;
	struct nf_counters *counters = bpf_map_lookup_elem(&sampler_counters, &entry);
	__u64 weight = 0;

	if (!counters)
		return 0;
	counters->sequence_begin++;
	barrier();
	counters->taken++;
	if ((__u32)pid_tgid == 0)
		counters->idle++;
	else if (sample_period_ns && !(weight = weigh_firing((void *)bpf_get_current_task(),
							      ctx->sample_period, sample_period_ns)))
		counters->thinned++;
	else
		sample_task(ctx, counters, pid_tgid, weight);
	barrier();
	counters->sequence_end = counters->sequence_begin;
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
