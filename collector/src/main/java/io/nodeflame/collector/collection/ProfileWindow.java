package io.nodeflame.collector.collection;

import io.nodeflame.collector.account.DropReason;
import io.nodeflame.collector.account.SampleLedger;
import io.nodeflame.collector.profile.SeriesLabels;
import io.nodeflame.collector.profile.StackProfile;
import io.nodeflame.discovery.Resolution;
import io.nodeflame.discovery.Target;
import io.nodeflame.discovery.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The open window: the stacks of every target. Targets with equal labels are one series, so that
 * two profiles never share labels and time. For the collecting thread.
 */
final class ProfileWindow {
  /** About 4 bytes each; beyond it the window closes early instead of losing anything. */
  private static final int MAX_FRAME_INDEXES = 1 << 20;

  private final StackNamer namer;
  private final FrameTable frames;
  private final StackQuality quality;
  private final SampleLedger ledger;
  private final FaultLog log;
  private final HeldStacks held;
  private final Map<SeriesLabels, TargetWindow> windows = new HashMap<>();
  private final Map<TargetThread, TargetWindow> windowByTarget = new HashMap<>();
  private final boolean threadsAreLabels;

  private record TargetThread(Target target, @Nullable String thread) {}

  /**
   * @param threadsAreLabels whether what a thread goes by is a label, and no root frame
   */
  ProfileWindow(
      StackNamer namer,
      FrameTable frames,
      StackQuality quality,
      SampleLedger ledger,
      FaultLog log,
      boolean threadsAreLabels) {
    this.namer = namer;
    this.frames = frames;
    this.quality = quality;
    this.ledger = ledger;
    this.threadsAreLabels = threadsAreLabels;
    this.log = log;
    this.held = new HeldStacks(ledger);
  }

  int targetCount() {
    return windows.size();
  }

  /** Takes all stacks of a slice; what nobody wants stops here, before it costs a name. */
  void add(SliceExchange.Slice slice) {
    StackTable table = slice.table();
    for (int stack = 0; stack < table.stackCount(); stack++) {
      if (isWanted(table.image(stack).resolution())) {
        namer.need(table, stack, slice.number());
      }
    }
    try {
      namer.readNeeded();
    } catch (RuntimeException e) {
      log.fault("naming Java code", e); // one by one, then
    }
    for (int stack = 0; stack < table.stackCount(); stack++) {
      String label = threadsAreLabels ? table.thread(stack) : null;
      TargetWindow window =
          windowOf(table.image(stack).resolution(), label, table.sampleCount(stack));
      if (window != null) {
        addStack(window, table, stack, slice.number());
      }
    }
  }

  private int name(StackTable table, int stack, long slice) {
    int depth = namer.name(table, stack, slice);
    String thread = table.thread(stack);
    return thread == null || threadsAreLabels ? depth : namer.addThread(thread, depth);
  }

  private static boolean isWanted(@Nullable Resolution resolution) {
    return resolution instanceof Target || resolution instanceof Waiting;
  }

  private void addStack(TargetWindow window, StackTable table, int stack, long slice) {
    long samples = table.sampleCount(stack);
    int depth;
    try {
      depth = name(table, stack, slice);
    } catch (RuntimeException e) {
      // One stack must not end the thread that all others need.
      log.fault("naming a stack", e);
      ledger.dropped(DropReason.INTERNAL, samples);
      return;
    }
    window.add(namer.frames(), depth, samples, table.value(stack));
    quality.count(namer.end(), frames, namer.frames(), depth, samples);
  }

  private @Nullable TargetWindow windowOf(
      @Nullable Resolution resolution, @Nullable String label, long samples) {
    if (resolution instanceof Target target) {
      return windowOf(target, label);
    }
    if (resolution instanceof Waiting waiting) {
      return held.window(waiting, label);
    }
    ledger.dropped(HeldStacks.reason(resolution), samples);
    return null;
  }

  private TargetWindow windowOf(Target target, @Nullable String label) {
    TargetThread key = new TargetThread(target, label);
    TargetWindow known = windowByTarget.get(key);
    return known != null ? known : open(key);
  }

  private TargetWindow open(TargetThread key) {
    SeriesLabels labels = labels(key.target(), key.thread());
    TargetWindow window = windows.computeIfAbsent(labels, added -> new TargetWindow());
    windowByTarget.put(key, window);
    return window;
  }

  /**
   * @param thread a label more, unless the target has one of this name itself
   */
  static SeriesLabels labels(Target target, @Nullable String thread) {
    Map<String, String> labels = new HashMap<>(target.labels().asMap());
    if (thread != null) {
      labels.putIfAbsent(ThreadSettings.LABEL, thread);
    }
    return SeriesLabels.of(labels);
  }

  /** Whether the window holds so much that it must close before its time. */
  boolean isFull() {
    long indexes = held.openFrameCount();
    for (TargetWindow window : windows.values()) {
      indexes += window.frameCount();
    }
    return indexes > MAX_FRAME_INDEXES || frames.isLarge();
  }

  /** Samples that wait until their pods are known. */
  long heldSamples() {
    return held.samples();
  }

  /**
   * Closes the window and begins an empty one. The profiles must be used before the next add; those
   * of earlier windows, which had to wait for their targets, come first.
   */
  List<StackProfile> close(Instant start, Duration duration, long periodNanos) {
    List<StackProfile> profiles = new ArrayList<>(held.settle(periodNanos));
    held.close(this::windowOf, frames.frames(), start, duration);
    windows.forEach(
        (labels, window) ->
            profiles.add(window.close(labels, frames.frames(), start, duration, periodNanos)));
    windows.clear();
    windowByTarget.clear();
    return profiles;
  }
}
