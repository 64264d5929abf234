/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Who a task is: its process image, executable and cgroup. */
#ifndef NODEFLAME_IMAGE_H
#define NODEFLAME_IMAGE_H

#include "kernel_types.h"
#include "namespaces.h"
#include "records.h"

/* Which cgroup v1 controller's hierarchy identifies containers (enum nf_cgroup_controller).
 * Set before load. */
const volatile __u32 cgroup_controller = NF_CGROUP_UNIFIED;

/* A process between two execs. */
struct image_id {
	__u64 process_start_ns;
	__u64 exec_id;
	__u32 tgid;
	__u32 padding;
};

#define CONTROLLER_INDEX(name)                                                        \
	(bpf_core_enum_value_exists(enum cgroup_subsys_id, name##_cgrp_id) ?           \
		 (int)bpf_core_enum_value(enum cgroup_subsys_id, name##_cgrp_id) : -1)

/* The controller's index in css_set.subsys of this kernel, or -1. */
static __always_inline int controller_index(void)
{
	switch (cgroup_controller) {
	case NF_CGROUP_CPU: return CONTROLLER_INDEX(cpu);
	case NF_CGROUP_MEMORY: return CONTROLLER_INDEX(memory);
	case NF_CGROUP_PIDS: return CONTROLLER_INDEX(pids);
	case NF_CGROUP_FREEZER: return CONTROLLER_INDEX(freezer);
	case NF_CGROUP_DEVICES: return CONTROLLER_INDEX(devices);
	default: return -1;
	}
}

/* The id is the inode of the cgroup's directory in the hierarchy that identifies containers. */
static __always_inline __u64 cgroup_id_of(struct task_struct *task)
{
	struct cgroup_subsys_state *state = 0;
	struct css_set *set;
	int index;

	if (cgroup_controller == NF_CGROUP_UNIFIED)
		return bpf_get_current_cgroup_id();
	index = controller_index();
	set = BPF_CORE_READ(task, cgroups);
	if (index < 0 || !set)
		return 0;
	if (bpf_probe_read_kernel(&state, sizeof(state), &set->subsys[index]) || !state)
		return 0;
	return BPF_CORE_READ(state, cgroup, kn, id);
}

static __always_inline void describe_image(struct task_struct *leader, struct mm_struct *mm,
					   struct nf_image *image)
{
	struct task_struct *parent = BPF_CORE_READ(leader, real_parent, group_leader);
	struct file *exe;
	const unsigned char *name;

	image->flags = mm ? 0 : NF_IMAGE_KERNEL_THREAD;
	image->parent_tgid = pid_of(parent, BPF_CORE_READ(parent, tgid));
	image->parent_start_ns = start_of(parent);
	image->parent_exec_id = BPF_CORE_READ(parent, self_exec_id);
	image->start_code = 0;
	image->exe_inode = 0;
	image->exe_device = 0;
	image->padding = 0;
	image->exe_name[0] = 0;
	bpf_probe_read_kernel_str(image->comm, sizeof(image->comm), leader->comm);
	if (!mm)
		return;
	image->start_code = BPF_CORE_READ(mm, start_code);
	exe = BPF_CORE_READ(mm, exe_file);
	if (!exe)
		return;
	image->exe_inode = BPF_CORE_READ(exe, f_inode, i_ino);
	image->exe_device = BPF_CORE_READ(exe, f_inode, i_sb, s_dev);
	name = BPF_CORE_READ(exe, f_path.dentry, d_name.name);
	bpf_probe_read_kernel_str(image->exe_name, sizeof(image->exe_name), name);
}

#endif
