/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NODEFLAME_PERF_EVENT_H
#define NODEFLAME_PERF_EVENT_H

#include <stdint.h>

enum nf_event {
	NF_EVENT_CPU_CLOCK = 0, /* period in nanoseconds */
	NF_EVENT_CYCLES = 1,    /* period as frequency in Hz: the kernel adjusts the cycles */
};

/* An enabled-on-attach event of one CPU, all processes, idle excluded.
 * Returns a descriptor that the caller owns, or a negative errno. */
int nf_perf_event_open(int event, uint64_t period_or_frequency, int cpu);

#endif
