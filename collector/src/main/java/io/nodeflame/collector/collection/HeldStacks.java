package io.nodeflame.collector.collection;

import io.nodeflame.collector.account.DropReason;
import io.nodeflame.collector.account.SampleLedger;
import io.nodeflame.collector.profile.ProfileFrame;
import io.nodeflame.collector.profile.SeriesLabels;
import io.nodeflame.collector.profile.StackProfile;
import io.nodeflame.discovery.Excluded;
import io.nodeflame.discovery.Resolution;
import io.nodeflame.discovery.Target;
import io.nodeflame.discovery.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The stacks of containers whose pods are not known yet. They are named already, since the process
 * may be gone by then, and keep the time of their own window. Discovery bounds the time that they
 * wait, this the memory. For the collecting thread.
 */
final class HeldStacks {
  /** About 4 bytes each. */
  private static final int MAX_FRAME_INDEXES = 1 << 18;

  private record Open(Waiting waiting, @Nullable String thread, TargetWindow stacks) {}

  private record ContainerThread(String container, @Nullable String thread) {}

  private record Held(
      Waiting waiting,
      @Nullable String thread,
      TargetWindow stacks,
      List<ProfileFrame> frames,
      Instant start,
      Duration duration) {}

  private record Series(SeriesLabels labels, Instant start) {}

  private record Settled(TargetWindow stacks, List<ProfileFrame> frames, Duration duration) {}

  private final SampleLedger ledger;
  private final Map<ContainerThread, Open> open = new LinkedHashMap<>();
  private final List<Held> held = new ArrayList<>();

  HeldStacks(SampleLedger ledger) {
    this.ledger = ledger;
  }

  /**
   * Where the stacks of a waiting container go in the open window.
   *
   * @param thread a label of theirs; null for none
   */
  TargetWindow window(Waiting waiting, @Nullable String thread) {
    return open.computeIfAbsent(
            new ContainerThread(waiting.container(), thread),
            key -> new Open(waiting, thread, new TargetWindow()))
        .stacks;
  }

  /** Frame indexes of the open window. */
  long openFrameCount() {
    long count = 0;
    for (Open one : open.values()) {
      count += one.stacks.frameCount();
    }
    return count;
  }

  /** Samples that wait, of all windows. */
  long samples() {
    long samples = 0;
    for (Open one : open.values()) {
      samples += one.stacks.samples();
    }
    for (Held one : held) {
      samples += one.stacks.samples();
    }
    return samples;
  }

  /**
   * Closes the open window: what is known by now goes into the windows of its targets, the rest is
   * held.
   *
   * @param windows takes the window of a target's labels
   */
  void close(TargetWindows windows, List<ProfileFrame> frames, Instant start, Duration duration) {
    for (Open one : open.values()) {
      Resolution resolution = one.waiting.settle();
      if (resolution instanceof Target target) {
        windows.of(target, one.thread).addAll(one.stacks);
      } else if (resolution instanceof Waiting) {
        held.add(new Held(one.waiting, one.thread, one.stacks, frames, start, duration));
      } else {
        drop(resolution, one.stacks);
      }
    }
    open.clear();
  }

  /** The profiles of earlier windows whose targets are known now; bounds what stays. */
  List<StackProfile> settle(long periodNanos) {
    Map<Series, Settled> settled = new HashMap<>();
    long indexes = 0;
    for (Iterator<Held> each = held.iterator(); each.hasNext(); ) {
      Held one = each.next();
      Resolution resolution = one.waiting.settle();
      if (resolution instanceof Waiting) {
        indexes += one.stacks.frameCount();
        continue;
      }
      each.remove();
      if (resolution instanceof Target target) {
        SeriesLabels labels = ProfileWindow.labels(target, one.thread);
        settled
            .computeIfAbsent(
                new Series(labels, one.start),
                series -> new Settled(new TargetWindow(), one.frames, one.duration))
            .stacks
            .addAll(one.stacks);
      } else {
        drop(resolution, one.stacks);
      }
    }
    dropOldest(indexes);
    List<StackProfile> profiles = new ArrayList<>(settled.size());
    settled.forEach(
        (series, one) ->
            profiles.add(
                one.stacks.close(
                    series.labels, one.frames, series.start, one.duration, periodNanos)));
    return profiles;
  }

  private void dropOldest(long indexes) {
    long kept = indexes;
    while (kept > MAX_FRAME_INDEXES && !held.isEmpty()) {
      Held oldest = held.remove(0);
      kept -= oldest.stacks.frameCount();
      ledger.dropped(DropReason.UNMATCHED, oldest.stacks.samples());
    }
  }

  private void drop(Resolution resolution, TargetWindow stacks) {
    ledger.dropped(reason(resolution), stacks.samples());
  }

  /** Why samples are dropped that have no target. */
  static DropReason reason(@Nullable Resolution resolution) {
    return resolution instanceof Excluded ? DropReason.EXCLUDED : DropReason.UNMATCHED;
  }

  /** The open windows of known targets. */
  interface TargetWindows {
    TargetWindow of(Target target, @Nullable String thread);
  }
}
