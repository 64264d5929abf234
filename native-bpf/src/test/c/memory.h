/* SPDX-License-Identifier: Apache-2.0 */
/* The memory of a process that there is not: bytes at addresses, the rest unmapped. Stands in for
 * the kernel's helpers, so that walker.h compiles as an ordinary program. */
#ifndef NODEFLAME_TEST_MEMORY_H
#define NODEFLAME_TEST_MEMORY_H

#include <errno.h>
#include <linux/types.h>
#include <stddef.h>
#include <string.h>

#define MAX_REGIONS 8

struct region {
	__u64 start;
	const void *bytes;
	size_t size;
};

static struct region memory[MAX_REGIONS];

/* As the kernel's: all of it or nothing, and then zeros. */
static long bpf_probe_read_user(void *to, __u32 size, const void *from)
{
	__u64 address = (__u64)from;

	for (int i = 0; i < MAX_REGIONS; i++) {
		const struct region *region = &memory[i];

		if (address >= region->start && address - region->start < region->size &&
		    size <= region->size - (address - region->start)) {
			memcpy(to, (const char *)region->bytes + (address - region->start), size);
			return 0;
		}
	}
	memset(to, 0, size);
	return -EFAULT;
}

#endif
