/* SPDX-License-Identifier: Apache-2.0 */
/* The memory of a BPF ring buffer, as the kernel lays it out: one page with the consumer's position
 * (ours to write), one page with the producer's, then the data, mapped twice in a row so that a
 * record never wraps. */
#ifndef NODEFLAME_RING_H
#define NODEFLAME_RING_H

#include <stddef.h>

struct nf_ring {
	void *consumer; /* one page, writable */
	void *producer; /* one page and twice the data, read only */
	size_t data_bytes;
};

/* Returns 0 or a negative errno. The ring is the caller's, to be unmapped. */
int nf_ring_map(int map_fd, size_t data_bytes, struct nf_ring *ring);
/* Accepts a ring that was never mapped, and twice. */
void nf_ring_unmap(struct nf_ring *ring);

#endif
