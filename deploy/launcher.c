/* The program in the image, which has no shell: `kubectl exec ds/nodeflame -- nodeflame doctor`. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define JAVA "/opt/nodeflame/jdk/bin/java"
#define ARGUMENTS "@/opt/nodeflame/nodeflame.args"

int main(int argc, char **argv)
{
	char **command = calloc((size_t)argc + 2, sizeof(*command));

	if (!command) {
		perror("nodeflame");
		return 1;
	}
	command[0] = JAVA;
	command[1] = ARGUMENTS;
	for (int i = 1; i < argc; i++)
		command[i + 1] = argv[i];
	execv(JAVA, command);
	perror("nodeflame: " JAVA);
	return 1;
}
