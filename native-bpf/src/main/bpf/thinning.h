/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* How many samples a firing is worth. Plain C: a test compiles it for user space. */
#ifndef NODEFLAME_THINNING_H
#define NODEFLAME_THINNING_H

#include <linux/types.h>

/* A firing stands for period_ns of CPU time, and a sample for wanted_ns: so it is worth period / wanted
 * samples, of which the whole ones are taken and the rest is carried to the CPU's next firing, in units
 * of 2^-32 samples. So samples are spread evenly, their weight adds up to the CPU time whatever the
 * period is and was, and a task that is sampled at every firing leaves the carry of the others as it
 * was. Periods are below 2^32 ns, and wanted_ns is not 0. */
static inline __attribute__((always_inline)) __u64 whole_samples(__u64 *carry, __u64 period_ns,
								 __u64 wanted_ns)
{
	__u64 worth = *carry + (period_ns << 32) / wanted_ns;

	*carry = worth & 0xffffffff;
	return worth >> 32;
}

#endif
