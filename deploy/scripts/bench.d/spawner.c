/* spawner PER_SECOND PROGRAM [ARGUMENT...]: starts short processes at that rate. */
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

int main(int argc, char **argv)
{
	int per_second = argc > 2 ? atoi(argv[1]) : 0;
	struct timespec pause = { 0 };
	pid_t pid;

	if (per_second < 1 || per_second > 1000)
		return 2;
	pause.tv_nsec = 1000000000L / per_second - 1;
	for (;;) {
		if (posix_spawn(&pid, argv[2], 0, 0, argv + 2, environ))
			return 1;
		while (waitpid(-1, 0, WNOHANG) > 0)
			;
		nanosleep(&pause, 0);
	}
}
