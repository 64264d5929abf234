package io.nodeflame.collector.collection;

import io.nodeflame.bpf.ProcessImage;
import io.nodeflame.discovery.ProcessFacts;
import io.nodeflame.discovery.Resolution;
import io.nodeflame.discovery.ServiceNames;
import io.nodeflame.symbolizer.AddressSpace;
import io.nodeflame.symbolizer.JavaCode;
import io.nodeflame.symbolizer.PublishedService;
import org.agrona.collections.Long2LongHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A process image whose samples come in. The sampling thread owns it until a slice that names it is
 * handed over; the frame cache belongs to the collecting thread alone.
 */
final class TrackedImage {
  private static final long NOT_CACHED = -1;

  private final ProcessImage id;
  private final AddressSpace space;
  private final JavaCode java;

  // Sampling thread; the resolution reaches the collecting thread with the slice.
  private ProcessFacts facts;
  private PublishedService service = PublishedService.NONE;
  private @Nullable TrackedImage olderOfPid;
  private @Nullable Resolution resolution;
  private long resolvedInSlice = -1;
  private long lastSeenNanos;
  private boolean exited;
  private boolean isJava;
  private long javaSinceNanos;

  // Collecting thread.
  private final Long2LongHashMap frameByAddress = new Long2LongHashMap(NOT_CACHED);
  private final Long2LongHashMap interpretedFrames = new Long2LongHashMap(NOT_CACHED);
  private int cacheVersion;
  private long refreshedInSlice = -1;

  TrackedImage(ProcessImage id, AddressSpace space, ProcessFacts facts) {
    this.id = id;
    this.space = space;
    this.facts = facts;
    this.java = space.java();
  }

  ProcessImage id() {
    return id;
  }

  AddressSpace space() {
    return space;
  }

  JavaCode java() {
    return java;
  }

  /** With what the process has published by now. */
  ProcessFacts facts() {
    PublishedService said = space.service();
    if (!said.equals(service)) {
      service = said;
      facts = facts.withService(new ServiceNames(said.name(), said.namespace(), said.version()));
    }
    return facts;
  }

  boolean is(int pid, long startNanos, long execId) {
    return id.pid() == pid && id.startNanos() == startNanos && id.execId() == execId;
  }

  @Nullable TrackedImage olderOfPid() {
    return olderOfPid;
  }

  void setOlderOfPid(@Nullable TrackedImage older) {
    this.olderOfPid = older;
  }

  /** Null before the first sample of the image was collapsed. */
  @Nullable Resolution resolution() {
    return resolution;
  }

  /** The last slice with a sample of this image, -1 for none. */
  long lastSlice() {
    return resolvedInSlice;
  }

  boolean isResolvedIn(long slice) {
    return resolvedInSlice == slice;
  }

  void setResolution(Resolution newResolution, long slice) {
    this.resolution = newResolution;
    this.resolvedInSlice = slice;
  }

  long lastSeenNanos() {
    return lastSeenNanos;
  }

  void setLastSeenNanos(long nanos) {
    this.lastSeenNanos = nanos;
  }

  /** Whether a Java machine was found in it. */
  boolean isJava() {
    return isJava;
  }

  void setJavaSince(long nanos) {
    isJava = true;
    javaSinceNanos = nanos;
  }

  /** When its Java machine was found; 0 when none was. */
  long javaSinceNanos() {
    return javaSinceNanos;
  }

  boolean isExited() {
    return exited;
  }

  void setExited() {
    this.exited = true;
  }

  /** Forgets cached frames when names changed since the last slice, or with a new frame table. */
  void prepareFor(long slice, int frameTableVersion) {
    if (refreshedInSlice != slice) {
      refreshedInSlice = slice;
      interpretedFrames.clear();
      int version = 31 * space.refresh() + frameTableVersion;
      if (version != cacheVersion) {
        cacheVersion = version;
        frameByAddress.clear();
      }
    }
  }

  /**
   * Index of the frame in the frame table, -1 when it is not cached.
   *
   * @param tag what the frame must have been kept with
   */
  int cachedFrame(long cacheKey, int tag) {
    long cached = frameByAddress.get(cacheKey);
    return cached == NOT_CACHED || (int) (cached >>> Integer.SIZE) != tag ? -1 : (int) cached;
  }

  /** Index of an interpreted frame of this slice in the frame table, -1 when it is not known. */
  int interpretedFrame(long key) {
    return (int) interpretedFrames.get(key);
  }

  void keepInterpretedFrame(long key, int frame) {
    interpretedFrames.put(key, frame);
  }

  void cacheFrame(long cacheKey, int tag, int frame) {
    frameByAddress.put(cacheKey, (long) tag << Integer.SIZE | frame);
  }
}
