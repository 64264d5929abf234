/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The kernel's types, only the fields in use. Offsets are relocated at load (CO-RE). */
#ifndef NODEFLAME_KERNEL_TYPES_H
#define NODEFLAME_KERNEL_TYPES_H

#include <linux/types.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct super_block {
	__u32 s_dev;
};

struct inode {
	unsigned long i_ino;
	struct super_block *i_sb;
};

struct qstr {
	const unsigned char *name;
};

struct dentry {
	struct qstr d_name;
};

struct path {
	struct dentry *dentry;
};

struct file {
	struct inode *f_inode;
	struct path f_path;
};

struct mm_struct {
	unsigned long start_code;
	unsigned long start_stack;
	struct file *exe_file;
};

struct kernfs_node {
	__u64 id;
};

struct cgroup {
	struct kernfs_node *kn;
};

struct cgroup_subsys_state {
	struct cgroup *cgroup;
};

struct css_set {
	struct cgroup_subsys_state *subsys[16];
};

struct atomic {
	int counter;
};

struct signal_struct {
	struct atomic live; /* the kernel's atomic_t */
};

struct ns_common {
	unsigned int inum;
};

struct pid_namespace {
	struct ns_common ns;
};

struct upid {
	int nr;
	struct pid_namespace *ns;
};

/* A number for each namespace from the initial one, level 0, to the task's own. */
struct pid {
	unsigned int level;
	struct upid numbers[1];
};

#if defined(__TARGET_ARCH_x86)
struct thread_struct {
	unsigned long fsbase;
};
#elif defined(__TARGET_ARCH_arm64)
struct user_words {
	unsigned long tp_value;
};
struct thread_struct {
	struct user_words uw;
};
#endif

struct task_struct {
	int pid;
	int tgid;
	unsigned int flags;
	__u64 start_boottime;
	__u64 self_exec_id;
	struct task_struct *group_leader;
	struct task_struct *real_parent;
	struct pid *thread_pid;
	struct mm_struct *mm;
	struct css_set *cgroups;
	struct signal_struct *signal;
	struct thread_struct thread;
	void *stack;
	char comm[16];
};

#pragma clang attribute pop

/* Which helpers this kernel has; looked up by name, so the values here do not matter. */
enum bpf_func_id___local {
	BPF_FUNC_task_pt_regs___local = 1,
};

/* Indexes of css_set.subsys; relocated by name. */
enum cgroup_subsys_id {
	cpu_cgrp_id = 1,
	memory_cgrp_id = 2,
	pids_cgrp_id = 3,
	freezer_cgrp_id = 4,
	devices_cgrp_id = 5,
};

#endif
