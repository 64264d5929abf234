/* accounted SECONDS COMMAND... - runs a command until it has used so much CPU time, and prints what
 * the kernel accounts to it and to its children that were waited for. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t child;

static void stop(int signal)
{
	(void)signal;
	kill(child, SIGKILL);
}

static long long nanos(struct timeval time)
{
	return time.tv_sec * 1000000000LL + time.tv_usec * 1000LL;
}

int main(int argc, char **argv)
{
	struct rlimit limit;
	struct rusage usage;
	int status;

	if (argc < 3)
		return 2;
	limit.rlim_cur = limit.rlim_max = (rlim_t)atoi(argv[1]);
	child = fork();
	if (child == 0) {
		setrlimit(RLIMIT_CPU, &limit);
		dup2(2, 1);
		execvp(argv[2], argv + 2);
		perror(argv[2]);
		_exit(127);
	}
	signal(SIGTERM, stop);
	while (wait4(child, &status, 0, &usage) < 0)
		;
	printf("pid %d status %d nanos %lld\n", child, status, nanos(usage.ru_utime) + nanos(usage.ru_stime));
	return 0;
}
