/* SPDX-License-Identifier: Apache-2.0 */
/* A BPF object on its way from bytes to attached programs, over libbpf. No JNI here.
 * Functions return 0 or a negative errno and put a sentence into the caller's text. */
#ifndef NODEFLAME_BPF_OBJECT_H
#define NODEFLAME_BPF_OBJECT_H

#include <stddef.h>
#include <stdint.h>

struct nf_text {
	char *bytes;
	size_t size;
};

struct nf_bpf_object;

/* Copies the ELF bytes. The object is the caller's, to be closed. */
int nf_object_open(const void *elf, size_t size, const char *name, struct nf_bpf_object **out,
		   struct nf_text error);
/* Before load: the value of a `const volatile` variable. */
int nf_object_set_global(struct nf_bpf_object *object, const char *name, const void *value,
			 size_t size, struct nf_text error);
/* Before load. For a ring buffer: bytes, a power of two and a multiple of the page size. */
int nf_object_set_map_entries(struct nf_bpf_object *object, const char *map, uint32_t entries,
			      struct nf_text error);
/* The verifier's log, when it refused, goes to log. */
int nf_object_load(struct nf_bpf_object *object, struct nf_text log, struct nf_text error);
/* Attaches every program that names its own attach point (tracepoints). */
int nf_object_attach(struct nf_bpf_object *object, struct nf_text error);
/* Attaches one program to a perf event; the descriptor then belongs to the link, whose index in
 * this object is returned. */
int nf_object_attach_perf_event(struct nf_bpf_object *object, const char *program, int fd,
				struct nf_text error);
/* Ends that attachment and closes its perf event. */
void nf_object_detach(struct nf_bpf_object *object, int link);
/* The descriptor stays the object's. */
int nf_object_map_fd(const struct nf_bpf_object *object, const char *map);
int nf_object_program_fd(const struct nf_bpf_object *object, const char *program);
/* Accepts null. */
void nf_object_close(struct nf_bpf_object *object);

void nf_say(struct nf_text text, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
