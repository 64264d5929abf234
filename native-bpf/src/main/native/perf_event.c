/* SPDX-License-Identifier: Apache-2.0 */
#include "perf_event.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

int nf_perf_event_open(int event, uint64_t period_or_frequency, int cpu)
{
	struct perf_event_attr attributes = {
		.size = sizeof(attributes),
		.exclude_idle = 1,
	};
	long fd;

	if (event == NF_EVENT_CPU_CLOCK) {
		attributes.type = PERF_TYPE_SOFTWARE;
		attributes.config = PERF_COUNT_SW_CPU_CLOCK;
		attributes.sample_period = period_or_frequency;
	} else {
		attributes.type = PERF_TYPE_HARDWARE;
		attributes.config = PERF_COUNT_HW_CPU_CYCLES;
		attributes.freq = 1;
		attributes.sample_freq = period_or_frequency;
	}
	fd = syscall(SYS_perf_event_open, &attributes, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
	return fd < 0 ? -errno : (int)fd;
}
