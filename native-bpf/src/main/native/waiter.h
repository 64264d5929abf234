/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting for the kernel's forced wake-ups. A ring is readable while it holds anything, so waiting
 * on its level would return at once under load; its edges are just the wake-ups. */
#ifndef NODEFLAME_WAITER_H
#define NODEFLAME_WAITER_H

struct nf_waiter {
	int epoll;
	int wake; /* event descriptor that ends a wait from another thread */
};

/* Returns 0 or a negative errno; the waiter is the caller's, to be closed. */
int nf_waiter_open(int ring_fd, struct nf_waiter *waiter);
/* Returns after a wake-up, nf_waiter_wake, or the time. */
void nf_waiter_wait(const struct nf_waiter *waiter, int timeout_millis);
void nf_waiter_wake(const struct nf_waiter *waiter);
/* Accepts a waiter that was never opened, and twice. */
void nf_waiter_close(struct nf_waiter *waiter);

#endif
