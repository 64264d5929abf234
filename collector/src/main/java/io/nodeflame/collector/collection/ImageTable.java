package io.nodeflame.collector.collection;

import io.nodeflame.bpf.ProcessImage;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Int2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The process images that samples may name, by pid. A pid may have several: before and after an
 * exec, or a reused pid. For the sampling thread.
 */
final class ImageTable {
  private final Int2ObjectHashMap<TrackedImage> newestByPid = new Int2ObjectHashMap<>();
  private final int maxImages;
  private int size;

  ImageTable(int maxImages) {
    this.maxImages = maxImages;
  }

  @Nullable TrackedImage find(int pid, long startNanos, long execId) {
    TrackedImage image = newestByPid.get(pid);
    while (image != null && !image.is(pid, startNanos, execId)) {
      image = image.olderOfPid();
    }
    return image;
  }

  @Nullable TrackedImage find(ProcessImage id) {
    return find(id.pid(), id.startNanos(), id.execId());
  }

  void add(TrackedImage image) {
    image.setOlderOfPid(newestByPid.put(image.id().pid(), image));
    size++;
  }

  /** Marks the images of a process whose last thread ended. */
  void markExited(int pid, long startNanos) {
    for (TrackedImage i = newestByPid.get(pid); i != null; i = i.olderOfPid()) {
      if (i.id().startNanos() == startNanos) {
        i.setExited();
      }
    }
  }

  /** Whether another process with this pid has been seen since. */
  boolean isReused(int pid, long startNanos) {
    TrackedImage newest = newestByPid.get(pid);
    return newest != null && newest.id().startNanos() > startNanos;
  }

  int size() {
    return size;
  }

  boolean isFull() {
    return size >= maxImages;
  }

  /**
   * Takes out what was last seen before a time: the exited before {@code exitedBefore}, all others
   * before {@code idleBefore}; but not what a slice names that is still in use.
   *
   * @param lastDone the newest slice that nobody uses any more
   * @return the images taken out, for the caller to close
   */
  List<TrackedImage> expire(long exitedBefore, long idleBefore, long lastDone) {
    List<TrackedImage> expired = new ArrayList<>();
    List<Integer> emptied = new ArrayList<>();
    newestByPid.forEach(
        (pid, newest) -> {
          TrackedImage kept = null;
          TrackedImage firstKept = null;
          for (TrackedImage i = newest; i != null; i = i.olderOfPid()) {
            long bound = i.isExited() ? exitedBefore : idleBefore;
            if (i.lastSeenNanos() - bound < 0 && i.lastSlice() <= lastDone) {
              expired.add(i);
            } else if (kept == null) {
              firstKept = i;
              kept = i;
            } else {
              kept.setOlderOfPid(i);
              kept = i;
            }
          }
          if (kept == null || firstKept == null) {
            emptied.add(pid);
          } else {
            kept.setOlderOfPid(null);
            if (firstKept != newest) {
              newestByPid.put(pid, firstKept);
            }
          }
        });
    emptied.forEach(newestByPid::remove);
    size -= expired.size();
    return expired;
  }
}
