/* SPDX-License-Identifier: Apache-2.0 */
#include "bpf_object.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_LINKS 4096 /* CPUs */

struct nf_bpf_object {
	struct bpf_object *libbpf;
	char *log;
	size_t log_size;
	struct bpf_link *links[MAX_LINKS];
};

#define LOG_BYTES (256 * 1024)

void nf_say(struct nf_text text, const char *format, ...)
{
	va_list arguments;

	if (!text.size)
		return;
	va_start(arguments, format);
	vsnprintf(text.bytes, text.size, format, arguments);
	va_end(arguments);
}

static int keep_quiet(enum libbpf_print_level level, const char *format, va_list arguments)
{
	(void)level, (void)format, (void)arguments;
	return 0;
}

int nf_object_open(const void *elf, size_t size, const char *name, struct nf_bpf_object **out,
		   struct nf_text error)
{
	struct nf_bpf_object *object = calloc(1, sizeof(*object));
	int result = -ENOMEM;

	if (!object)
		goto fail;
	object->log_size = LOG_BYTES;
	object->log = calloc(1, object->log_size);
	if (!object->log)
		goto fail;

	LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = name,
		    .kernel_log_buf = object->log, .kernel_log_size = object->log_size);
	/* Everything libbpf has to say comes back as a result or in the log buffer. */
	libbpf_set_print(keep_quiet);
	object->libbpf = bpf_object__open_mem(elf, size, &options);
	if (!object->libbpf) {
		result = -errno;
		goto fail;
	}
	*out = object;
	return 0;
fail:
	nf_say(error, "BPF object %s cannot be opened: %s", name, strerror(-result));
	nf_object_close(object);
	return result;
}

/* Finds a variable in the BTF of section .rodata. */
static const struct btf_var_secinfo *find_global(struct bpf_object *libbpf, const char *name)
{
	struct btf *btf = bpf_object__btf(libbpf);
	int section_id = btf ? btf__find_by_name_kind(btf, ".rodata", BTF_KIND_DATASEC) : -ENOENT;
	const struct btf_type *section;

	if (section_id < 0)
		return NULL;
	section = btf__type_by_id(btf, section_id);
	for (int i = 0; i < btf_vlen(section); i++) {
		const struct btf_var_secinfo *variable = btf_var_secinfos(section) + i;
		const struct btf_type *type = btf__type_by_id(btf, variable->type);

		if (!strcmp(btf__name_by_offset(btf, type->name_off), name))
			return variable;
	}
	return NULL;
}

int nf_object_set_global(struct nf_bpf_object *object, const char *name, const void *value,
			 size_t size, struct nf_text error)
{
	const struct btf_var_secinfo *variable = find_global(object->libbpf, name);
	struct bpf_map *section = bpf_object__find_map_by_name(object->libbpf, ".rodata");
	size_t section_size = 0;
	char *bytes = section ? (char *)bpf_map__initial_value(section, &section_size) : NULL;

	if (!variable || !bytes) {
		nf_say(error, "the BPF object has no global %s", name);
		return -ENOENT;
	}
	if (variable->size != size || variable->offset + size > section_size) {
		nf_say(error, "global %s has %u bytes in the BPF object, %zu were given", name,
		       variable->size, size);
		return -EINVAL;
	}
	memcpy(bytes + variable->offset, value, size);
	return 0;
}

int nf_object_set_map_entries(struct nf_bpf_object *object, const char *name, uint32_t entries,
			      struct nf_text error)
{
	struct bpf_map *map = bpf_object__find_map_by_name(object->libbpf, name);
	int result = map ? bpf_map__set_max_entries(map, entries) : -ENOENT;

	if (result)
		nf_say(error, "map %s cannot have %u entries: %s", name, entries, strerror(-result));
	return result;
}

int nf_object_load(struct nf_bpf_object *object, struct nf_text log, struct nf_text error)
{
	int result = bpf_object__load(object->libbpf);

	if (result) {
		nf_say(log, "%s", object->log);
		nf_say(error, "%s", strerror(-result));
	}
	free(object->log); /* libbpf uses it during load only */
	object->log = NULL;
	malloc_trim(0); /* the kernel's BTF was parsed: several MiB that nobody needs again */
	return result;
}

static int keep_link(struct nf_bpf_object *object, struct bpf_link *link)
{
	for (int i = 0; i < MAX_LINKS; i++) {
		if (!object->links[i]) {
			object->links[i] = link;
			return i;
		}
	}
	bpf_link__destroy(link);
	return -ENOSPC;
}

int nf_object_attach(struct nf_bpf_object *object, struct nf_text error)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, object->libbpf) {
		struct bpf_link *link = bpf_program__attach(program);
		int result = link ? keep_link(object, link) : -errno;

		if (result < 0) {
			nf_say(error, "program %s cannot be attached: %s", bpf_program__name(program),
			       strerror(-result));
			return result;
		}
	}
	return 0;
}

int nf_object_attach_perf_event(struct nf_bpf_object *object, const char *name, int fd,
				struct nf_text error)
{
	struct bpf_program *program = bpf_object__find_program_by_name(object->libbpf, name);
	struct bpf_link *link = program ? bpf_program__attach_perf_event(program, fd) : NULL;
	int result = link ? keep_link(object, link) : program ? -errno : -ENOENT;

	if (result < 0)
		nf_say(error, "program %s cannot be attached to the perf event: %s", name,
		       strerror(-result));
	return result;
}

void nf_object_detach(struct nf_bpf_object *object, int link)
{
	if (link < 0 || link >= MAX_LINKS || !object->links[link])
		return;
	bpf_link__destroy(object->links[link]);
	object->links[link] = NULL;
}

int nf_object_map_fd(const struct nf_bpf_object *object, const char *name)
{
	return bpf_object__find_map_fd_by_name(object->libbpf, name);
}

int nf_object_program_fd(const struct nf_bpf_object *object, const char *name)
{
	struct bpf_program *program = bpf_object__find_program_by_name(object->libbpf, name);

	return program ? bpf_program__fd(program) : -ENOENT;
}

void nf_object_close(struct nf_bpf_object *object)
{
	if (!object)
		return;
	for (int i = 0; i < MAX_LINKS; i++)
		nf_object_detach(object, i);
	bpf_object__close(object->libbpf);
	free(object->log);
	free(object);
}
