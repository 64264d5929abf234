/* shares MILLIS [THREADS] - spends 60, 30 and 10 % of each 100 ms of CPU time in three callers of
 * spin, by the thread's own CPU clock, until MILLIS of CPU time are used per thread. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#define KEPT __attribute__((noinline, noclone, used))

static volatile uint64_t sink;
static int64_t limit_ns;

static int64_t cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* Small on purpose: much of its time is spent in its prologue and epilogue. */
KEPT uint64_t leaf(uint64_t x)
{
	return x * 6364136223846793005ULL + 1442695040888963407ULL;
}

/* Has a frame, since it calls; the compiler may spread its start. */
KEPT uint64_t small(uint64_t x)
{
	return leaf(x) ^ leaf(x >> 7);
}

KEPT uint64_t spin(uint64_t x)
{
	for (int i = 0; i < 600000; i++)
		x = small(x);
	return x;
}

KEPT void sixty(int64_t until)
{
	do
		sink = spin(sink);
	while (cpu_ns() < until);
}

KEPT void thirty(int64_t until)
{
	do
		sink = spin(sink);
	while (cpu_ns() < until);
}

KEPT void ten(int64_t until)
{
	do
		sink = spin(sink);
	while (cpu_ns() < until);
}

KEPT void *work(void *unused)
{
	int64_t start = cpu_ns();

	for (int64_t done = 0; done < limit_ns; done += 100000000) {
		sixty(start + done + 60000000);
		thirty(start + done + 90000000);
		ten(start + done + 100000000);
	}
	return unused;
}

int main(int argc, char **argv)
{
	int threads = argc > 2 ? atoi(argv[2]) : 0;
	pthread_t ids[16];

	limit_ns = atoll(argc > 1 ? argv[1] : "1000") * 1000000;
	if (threads == 0)
		work(NULL);
	for (int i = 0; i < threads && i < 16; i++)
		pthread_create(&ids[i], NULL, work, NULL);
	for (int i = 0; i < threads && i < 16; i++)
		pthread_join(ids[i], NULL);
	return 0;
}
