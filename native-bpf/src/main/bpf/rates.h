/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Cgroups that are sampled more often than all others: events fire as often as the most eager of them
 * wants, and everybody else's firings are thinned. */
#ifndef NODEFLAME_RATES_H
#define NODEFLAME_RATES_H

#include "image.h"
#include "thinning.h"

/* CPU time between two samples of a cgroup, in nanoseconds, by its id. Written by user space. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, NF_MAX_RAISED_CGROUPS);
	__type(key, __u64);
	__type(value, __u64);
} cgroup_periods SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} thinning_carry SEC(".maps");

/* Nanoseconds that a sample of this firing stands for; 0: it is thinned out. The firing's own period
 * decides, so nothing is wrong while the events of some CPUs are still those of another frequency. */
static __always_inline __u64 weigh_firing(struct task_struct *task, __u64 period_ns, __u64 base_ns)
{
	__u64 wanted_ns = base_ns;
	__u64 *own, *carry;
	__u64 cgroup;
	__u32 entry = 0;

	if (period_ns == base_ns) /* nobody asks for more: nothing is looked up */
		return base_ns;
	cgroup = cgroup_id_of(task);
	own = bpf_map_lookup_elem(&cgroup_periods, &cgroup);
	if (own && *own)
		wanted_ns = *own;
	carry = bpf_map_lookup_elem(&thinning_carry, &entry);
	return carry ? whole_samples(carry, period_ns, wanted_ns) * wanted_ns : period_ns;
}

#endif
