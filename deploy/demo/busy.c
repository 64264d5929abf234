/* SPDX-License-Identifier: Apache-2.0
 * The shop in C: a known chain of calls, main -> serve -> checkout -> price, with the time in price. */
#include <stdint.h>
#include <time.h>

#define KEEP __attribute__((noinline, noclone))

static volatile uint64_t sum;

KEEP static void price(uint64_t n) {
  for (uint64_t i = 0; i < n; i++) {
    sum += i * i;
  }
}

KEEP static void checkout(uint64_t n) {
  price(n);
  sum++; /* not a tail call */
}

KEEP static void serve(void) {
  const struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};
  for (;;) {
    checkout(20 * 1000 * 1000);
    nanosleep(&pause, 0);
  }
}

int main(void) {
  serve();
  return 0;
}
