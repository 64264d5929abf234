/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* A task as the /proc that user space reads shows it: by a number of its pid namespace, started at a
 * time of its reader's time namespace. On a node that is a container itself neither is the kernel's. */
#ifndef NODEFLAME_NAMESPACES_H
#define NODEFLAME_NAMESPACES_H

#include "kernel_types.h"

/* Inode of that pid namespace; 0: the initial one, whose numbers are at hand. Set before load. */
const volatile __u32 pid_namespace_inode = 0;
/* What that time namespace adds to CLOCK_BOOTTIME. Set before load. */
const volatile __s64 boottime_offset_ns = 0;

#define PID_LEVELS 33 /* the kernel's MAX_PID_NS_LEVEL, and the initial namespace */

/* The number of a task, given that of the initial namespace. 0: the task is outside of the namespace,
 * or was reaped and has no number any more. */
static __always_inline __u32 pid_of(struct task_struct *task, __u32 initial_pid)
{
	struct pid *pid;
	__u32 level;

	if (!pid_namespace_inode)
		return initial_pid;
	pid = BPF_CORE_READ(task, thread_pid);
	if (!pid)
		return 0;
	level = BPF_CORE_READ(pid, level);
	for (__u32 i = 0; i < PID_LEVELS && i <= level; i++) {
		const struct upid *number = &pid->numbers[i];

		if (BPF_CORE_READ(number, ns, ns.inum) == pid_namespace_inode)
			return BPF_CORE_READ(number, nr);
	}
	return 0;
}

static __always_inline __u64 start_of(struct task_struct *leader)
{
	return BPF_CORE_READ(leader, start_boottime) + boottime_offset_ns;
}

#endif
