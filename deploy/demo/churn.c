/* SPDX-License-Identifier: Apache-2.0
 * For the test of churn: copies itself to /tmp/$POD_NAME and goes on as that, so that the file in a
 * profile tells whose it is, whatever its labels say. Works for a few milliseconds twice a second. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define KEEP __attribute__((noinline, noclone))

static volatile uint64_t sum;

KEEP static void work(uint64_t n) {
  for (uint64_t i = 0; i < n; i++) {
    sum += i * i;
  }
}

static int go_on_as(const char *name) {
  char path[4096];
  struct stat self;
  int in = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  snprintf(path, sizeof path, "/tmp/%s", name);
  int out = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
  if (in < 0 || out < 0 || fstat(in, &self)) {
    return 1;
  }
  off_t done = 0;
  while (done < self.st_size) {
    if (sendfile(out, in, &done, (size_t)(self.st_size - done)) <= 0) {
      return 1;
    }
  }
  close(out);
  execl(path, path, (char *)0);
  return 1;
}

int main(void) {
  const struct timespec pause = {.tv_nsec = 500 * 1000 * 1000};
  const char *name = getenv("POD_NAME");
  if (name) {
    char *copy = (char *)name;
    unsetenv("POD_NAME"); /* the memory stays */
    return go_on_as(copy);
  }
  for (;;) {
    work(4 * 1000 * 1000);
    nanosleep(&pause, 0);
  }
}
