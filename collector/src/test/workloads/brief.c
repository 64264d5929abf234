/* brief MILLIS - lives for so much CPU time. */
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#define KEPT __attribute__((noinline, noclone, used))

static volatile uint64_t sink;

static int64_t cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

KEPT uint64_t spin(uint64_t x)
{
	for (int i = 0; i < 50000; i++)
		x = x * 6364136223846793005ULL + (x >> 7);
	return x;
}

KEPT void brief_work(int64_t until)
{
	do
		sink = spin(sink);
	while (cpu_ns() < until);
}

int main(int argc, char **argv)
{
	brief_work(atoll(argc > 1 ? argv[1] : "50") * 1000000);
	return 0;
}
