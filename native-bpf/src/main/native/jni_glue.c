/* SPDX-License-Identifier: Apache-2.0 */
/* Java's natives (class io.nodeflame.bpf.NativeLibrary): primitives and direct buffers in, an error
 * number out. No logic here, no object but the ring's buffers. */
#include <errno.h>
#include <jni.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bpf_object.h"
#include "perf_event.h"
#include "records.h"
#include "ring.h"
#include "waiter.h"

static void *address(JNIEnv *env, jobject buffer)
{
	return buffer ? (*env)->GetDirectBufferAddress(env, buffer) : NULL;
}

static struct nf_text text(JNIEnv *env, jobject buffer)
{
	struct nf_text result = { address(env, buffer), 0 };

	if (result.bytes)
		result.size = (size_t)(*env)->GetDirectBufferCapacity(env, buffer);
	return result;
}

static struct nf_bpf_object *object_of(jlong handle)
{
	return (struct nf_bpf_object *)(intptr_t)handle;
}

/* Names are zero-terminated ASCII in direct buffers: no string is copied here. */
static jlong open_object(JNIEnv *env, jclass type, jobject elf, jobject name, jobject error)
{
	struct nf_bpf_object *object = NULL;
	int result = nf_object_open(address(env, elf), (size_t)(*env)->GetDirectBufferCapacity(env, elf),
				    address(env, name), &object, text(env, error));

	(void)type;
	return result ? result : (jlong)(intptr_t)object;
}

static jint set_global(JNIEnv *env, jclass type, jlong object, jobject name, jobject value, jint size,
		       jobject error)
{
	(void)type;
	return nf_object_set_global(object_of(object), address(env, name), address(env, value),
				    (size_t)size, text(env, error));
}

static jint set_map_entries(JNIEnv *env, jclass type, jlong object, jobject name, jint entries,
			    jobject error)
{
	(void)type;
	return nf_object_set_map_entries(object_of(object), address(env, name), (uint32_t)entries,
					 text(env, error));
}

static jint load(JNIEnv *env, jclass type, jlong object, jobject log, jobject error)
{
	(void)type;
	return nf_object_load(object_of(object), text(env, log), text(env, error));
}

static jint attach(JNIEnv *env, jclass type, jlong object, jobject error)
{
	(void)type;
	return nf_object_attach(object_of(object), text(env, error));
}

static jint attach_perf_event(JNIEnv *env, jclass type, jlong object, jobject program, jint fd,
			      jobject error)
{
	(void)type;
	return nf_object_attach_perf_event(object_of(object), address(env, program), fd,
					   text(env, error));
}

static void detach(JNIEnv *env, jclass type, jlong object, jint link)
{
	(void)env, (void)type;
	nf_object_detach(object_of(object), link);
}

static jint map_fd(JNIEnv *env, jclass type, jlong object, jobject name)
{
	(void)type;
	return nf_object_map_fd(object_of(object), address(env, name));
}

static jint program_fd(JNIEnv *env, jclass type, jlong object, jobject name)
{
	(void)type;
	return nf_object_program_fd(object_of(object), address(env, name));
}

static void close_object(JNIEnv *env, jclass type, jlong object)
{
	(void)env, (void)type;
	nf_object_close(object_of(object));
}

static jint map_update(JNIEnv *env, jclass type, jint fd, jobject key, jobject value)
{
	(void)type;
	return bpf_map_update_elem(fd, address(env, key), address(env, value), BPF_ANY) ? -errno : 0;
}

static jint map_delete(JNIEnv *env, jclass type, jint fd, jobject key)
{
	(void)type;
	return bpf_map_delete_elem(fd, address(env, key)) ? -errno : 0;
}

static jint map_lookup(JNIEnv *env, jclass type, jint fd, jobject key, jobject value)
{
	(void)type;
	return bpf_map_lookup_elem(fd, address(env, key), address(env, value)) ? -errno : 0;
}

static jint possible_cpus(JNIEnv *env, jclass type)
{
	(void)env, (void)type;
	return libbpf_num_possible_cpus();
}

static jint perf_event_open(JNIEnv *env, jclass type, jint event, jlong period, jint cpu)
{
	(void)env, (void)type;
	return nf_perf_event_open(event, (uint64_t)period, cpu);
}

static jlong map_ring(JNIEnv *env, jclass type, jint fd, jlong bytes)
{
	struct nf_ring *ring = calloc(1, sizeof(*ring));
	int result = ring ? nf_ring_map(fd, (size_t)bytes, ring) : -ENOMEM;

	(void)env, (void)type;
	if (result) {
		free(ring);
		return result;
	}
	return (jlong)(intptr_t)ring;
}

static jobject ring_consumer(JNIEnv *env, jclass type, jlong handle)
{
	struct nf_ring *ring = (struct nf_ring *)(intptr_t)handle;

	(void)type;
	return (*env)->NewDirectByteBuffer(env, ring->consumer, sysconf(_SC_PAGESIZE));
}

static jobject ring_producer(JNIEnv *env, jclass type, jlong handle)
{
	struct nf_ring *ring = (struct nf_ring *)(intptr_t)handle;

	(void)type;
	return (*env)->NewDirectByteBuffer(env, ring->producer,
					   sysconf(_SC_PAGESIZE) + 2 * (jlong)ring->data_bytes);
}

static void unmap_ring(JNIEnv *env, jclass type, jlong handle)
{
	struct nf_ring *ring = (struct nf_ring *)(intptr_t)handle;

	(void)env, (void)type;
	nf_ring_unmap(ring);
	free(ring);
}

static jlong open_waiter(JNIEnv *env, jclass type, jint ring_fd)
{
	struct nf_waiter *waiter = calloc(1, sizeof(*waiter));
	int result = waiter ? nf_waiter_open(ring_fd, waiter) : -ENOMEM;

	(void)env, (void)type;
	if (result) {
		free(waiter);
		return result;
	}
	return (jlong)(intptr_t)waiter;
}

static void wait_for_kernel(JNIEnv *env, jclass type, jlong waiter, jint timeout_millis)
{
	(void)env, (void)type;
	nf_waiter_wait((struct nf_waiter *)(intptr_t)waiter, timeout_millis);
}

static void wake_waiter(JNIEnv *env, jclass type, jlong waiter)
{
	(void)env, (void)type;
	nf_waiter_wake((struct nf_waiter *)(intptr_t)waiter);
}

static void close_waiter(JNIEnv *env, jclass type, jlong waiter)
{
	(void)env, (void)type;
	nf_waiter_close((struct nf_waiter *)(intptr_t)waiter);
	free((struct nf_waiter *)(intptr_t)waiter);
}

static jint close_fd(JNIEnv *env, jclass type, jint fd)
{
	(void)env, (void)type;
	return close(fd) ? -errno : 0;
}

/* Run-time statistics of all BPF programs, on while the returned descriptor is open (5.8). */
static jint enable_statistics(JNIEnv *env, jclass type)
{
	int fd = bpf_enable_stats(BPF_STATS_RUN_TIME);

	(void)env, (void)type;
	return fd < 0 ? -errno : fd;
}

/* out: u64 run time in nanoseconds, u64 runs, u64 verified instructions. */
static jint program_statistics(JNIEnv *env, jclass type, jint fd, jobject out)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);
	__u64 *numbers = address(env, out);

	(void)type;
	if (bpf_obj_get_info_by_fd(fd, &info, &size))
		return -errno;
	numbers[0] = info.run_time_ns;
	numbers[1] = info.run_cnt;
	numbers[2] = info.verified_insns;
	return 0;
}

/* The layout that this library was compiled with: checked against Java's at load. */
static jint layout(JNIEnv *env, jclass type, jobject out, jint capacity)
{
	const __u32 numbers[] = {
		NF_LAYOUT_VERSION,
		sizeof(struct nf_record),
		sizeof(struct nf_sample),
		sizeof(struct nf_user_frame),
		sizeof(struct nf_image),
		sizeof(struct nf_counters),
		sizeof(struct nf_process),
		sizeof(struct nf_jvm),
		NF_MAX_USER_FRAMES,
		NF_END_COUNT,
		NF_MAX_RAISED_CGROUPS,
	};
	const int count = sizeof(numbers) / sizeof(numbers[0]);

	(void)type;
	memcpy(address(env, out), numbers, sizeof(__u32) * (size_t)(capacity < count ? capacity : count));
	return count;
}

static const JNINativeMethod natives[] = {
	{ "openObject", "(Ljava/nio/ByteBuffer;Ljava/nio/ByteBuffer;Ljava/nio/ByteBuffer;)J", open_object },
	{ "setGlobal", "(JLjava/nio/ByteBuffer;Ljava/nio/ByteBuffer;ILjava/nio/ByteBuffer;)I", set_global },
	{ "setMapEntries", "(JLjava/nio/ByteBuffer;ILjava/nio/ByteBuffer;)I", set_map_entries },
	{ "load", "(JLjava/nio/ByteBuffer;Ljava/nio/ByteBuffer;)I", load },
	{ "attach", "(JLjava/nio/ByteBuffer;)I", attach },
	{ "attachPerfEvent", "(JLjava/nio/ByteBuffer;ILjava/nio/ByteBuffer;)I", attach_perf_event },
	{ "detach", "(JI)V", detach },
	{ "mapFd", "(JLjava/nio/ByteBuffer;)I", map_fd },
	{ "programFd", "(JLjava/nio/ByteBuffer;)I", program_fd },
	{ "closeObject", "(J)V", close_object },
	{ "mapUpdate", "(ILjava/nio/ByteBuffer;Ljava/nio/ByteBuffer;)I", map_update },
	{ "mapDelete", "(ILjava/nio/ByteBuffer;)I", map_delete },
	{ "mapLookup", "(ILjava/nio/ByteBuffer;Ljava/nio/ByteBuffer;)I", map_lookup },
	{ "possibleCpus", "()I", possible_cpus },
	{ "perfEventOpen", "(IJI)I", perf_event_open },
	{ "mapRing", "(IJ)J", map_ring },
	{ "ringConsumer", "(J)Ljava/nio/ByteBuffer;", ring_consumer },
	{ "ringProducer", "(J)Ljava/nio/ByteBuffer;", ring_producer },
	{ "unmapRing", "(J)V", unmap_ring },
	{ "openWaiter", "(I)J", open_waiter },
	{ "waitForKernel", "(JI)V", wait_for_kernel },
	{ "wakeWaiter", "(J)V", wake_waiter },
	{ "closeWaiter", "(J)V", close_waiter },
	{ "closeFd", "(I)I", close_fd },
	{ "enableStatistics", "()I", enable_statistics },
	{ "programStatistics", "(ILjava/nio/ByteBuffer;)I", program_statistics },
	{ "layout", "(Ljava/nio/ByteBuffer;I)I", layout },
};

JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM *vm, void *reserved)
{
	JNIEnv *env;
	jclass type;

	(void)reserved;
	if ((*vm)->GetEnv(vm, (void **)&env, JNI_VERSION_1_8) != JNI_OK)
		return JNI_ERR;
	type = (*env)->FindClass(env, "io/nodeflame/bpf/NativeLibrary");
	if (!type)
		return JNI_ERR;
	if ((*env)->RegisterNatives(env, type, natives, sizeof(natives) / sizeof(natives[0])) != JNI_OK)
		return JNI_ERR;
	return JNI_VERSION_1_8;
}
