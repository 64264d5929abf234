/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Exec and exit of processes, so that user space forgets the dead and knows new images. Optional:
 * without it the sampler still announces every image before its first sample. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

#include "image.h"

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 17);
} process_events SEC(".maps");

/* Records that the ring refused. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} lost_process_events SEC(".maps");

static __always_inline void send(void *record, __u64 bytes)
{
	__u32 entry = 0;
	__u64 *lost;

	if (!bpf_ringbuf_output(&process_events, record, bytes, BPF_RB_NO_WAKEUP))
		return;
	lost = bpf_map_lookup_elem(&lost_process_events, &entry);
	if (lost)
		++*lost;
}

/* Returns 0 when the process is outside of the pid namespace. */
static __always_inline int identify(struct task_struct *leader, __u32 type, struct nf_record *record)
{
	record->type = type;
	record->tgid = pid_of(leader, BPF_CORE_READ(leader, tgid));
	if (!record->tgid)
		return 0;
	record->process_start_ns = start_of(leader);
	record->exec_id = BPF_CORE_READ(leader, self_exec_id);
	record->time_ns = bpf_ktime_get_ns();
	return 1;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task)
{
	struct nf_image image = {};
	struct task_struct *leader = BPF_CORE_READ(task, group_leader);

	if (!identify(leader, NF_RECORD_EXEC, &image.record))
		return 0;
	image.cgroup_id = cgroup_id_of(task);
	describe_image(leader, BPF_CORE_READ(task, mm), &image);
	send(&image, sizeof(image));
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_exit, struct task_struct *task)
{
	struct nf_record record = {};

	/* Counted down before the tracepoint: 0 when this was the last thread. */
	if (BPF_CORE_READ(task, signal, live.counter) > 0)
		return 0;
	if (identify(BPF_CORE_READ(task, group_leader), NF_RECORD_EXIT, &record))
		send(&record, sizeof(record));
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
