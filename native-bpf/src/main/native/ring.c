/* SPDX-License-Identifier: Apache-2.0 */
#include "ring.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

int nf_ring_map(int map_fd, size_t data_bytes, struct nf_ring *ring)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	ring->data_bytes = data_bytes;
	ring->producer = NULL;
	ring->consumer = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, map_fd, 0);
	if (ring->consumer == MAP_FAILED) {
		ring->consumer = NULL;
		return -errno;
	}
	ring->producer = mmap(NULL, page + 2 * data_bytes, PROT_READ, MAP_SHARED, map_fd, (off_t)page);
	if (ring->producer == MAP_FAILED) {
		int result = -errno;

		ring->producer = NULL;
		nf_ring_unmap(ring);
		return result;
	}
	return 0;
}

void nf_ring_unmap(struct nf_ring *ring)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	if (ring->consumer)
		munmap(ring->consumer, page);
	if (ring->producer)
		munmap(ring->producer, page + 2 * ring->data_bytes);
	ring->consumer = NULL;
	ring->producer = NULL;
}
