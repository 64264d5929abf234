/* sleeper: 30 ms of CPU time at the start, so that it is sampled, then 1 ms every second. Built many
 * times with another VARIANT, so that each executable is a file of its own. */
#include <time.h>

static volatile unsigned long sink = VARIANT;

static void use_cpu(long millis)
{
	struct timespec start, now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
	do {
		for (int i = 0; i < 1000; i++)
			sink = sink * 6364136223846793005u + 1;
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	} while ((now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000 < millis);
}

int main(void)
{
	struct timespec pause = { .tv_sec = 1 };

	use_cpu(30);
	for (;;) {
		nanosleep(&pause, 0);
		use_cpu(1);
	}
}
