/* SPDX-License-Identifier: Apache-2.0 */
#include "waiter.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

int nf_waiter_open(int ring_fd, struct nf_waiter *waiter)
{
	struct epoll_event edges = { .events = EPOLLIN | EPOLLET };
	struct epoll_event level = { .events = EPOLLIN };
	int result;

	waiter->epoll = epoll_create1(EPOLL_CLOEXEC);
	waiter->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (waiter->epoll < 0 || waiter->wake < 0)
		goto fail;
	edges.data.fd = ring_fd;
	level.data.fd = waiter->wake;
	if (epoll_ctl(waiter->epoll, EPOLL_CTL_ADD, ring_fd, &edges) ||
	    epoll_ctl(waiter->epoll, EPOLL_CTL_ADD, waiter->wake, &level))
		goto fail;
	return 0;
fail:
	result = -errno;
	nf_waiter_close(waiter);
	return result;
}

void nf_waiter_wait(const struct nf_waiter *waiter, int timeout_millis)
{
	struct epoll_event event;
	eventfd_t count;

	/* An interrupted wait is a short one: the caller drains and waits again. */
	if (epoll_wait(waiter->epoll, &event, 1, timeout_millis) > 0)
		(void)eventfd_read(waiter->wake, &count);
}

void nf_waiter_wake(const struct nf_waiter *waiter)
{
	eventfd_write(waiter->wake, 1);
}

void nf_waiter_close(struct nf_waiter *waiter)
{
	if (waiter->epoll >= 0)
		close(waiter->epoll);
	if (waiter->wake >= 0)
		close(waiter->wake);
	waiter->epoll = -1;
	waiter->wake = -1;
}
