/* spin DEPTH [ITERATIONS]: spins below DEPTH calls with frame pointers, for ever or for fixed work;
 * then prints its CPU time and its wall time in nanoseconds. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static volatile uint64_t sink;

static uint64_t nanos(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

__attribute__((noinline)) static uint64_t work(uint64_t iterations)
{
	uint64_t x = 88172645463325252u;

	for (uint64_t i = 0; i < iterations; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
	}
	return x;
}

__attribute__((noinline)) static uint64_t descend(int depth, uint64_t iterations)
{
	/* The addition after the call keeps it from becoming a jump. */
	return depth <= 1 ? work(iterations) + 1 : descend(depth - 1, iterations) + 1;
}

int main(int argc, char **argv)
{
	int depth = argc > 1 ? atoi(argv[1]) : 5;
	uint64_t iterations = argc > 2 ? strtoull(argv[2], NULL, 10) : UINT64_MAX;
	uint64_t cpu = nanos(CLOCK_PROCESS_CPUTIME_ID);
	uint64_t wall = nanos(CLOCK_MONOTONIC);

	sink = descend(depth, iterations);
	printf("%llu %llu\n", (unsigned long long)(nanos(CLOCK_PROCESS_CPUTIME_ID) - cpu),
	       (unsigned long long)(nanos(CLOCK_MONOTONIC) - wall));
	return 0;
}
