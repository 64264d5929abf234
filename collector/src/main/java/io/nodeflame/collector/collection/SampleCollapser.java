package io.nodeflame.collector.collection;

import io.nodeflame.bpf.ExitView;
import io.nodeflame.bpf.ImageView;
import io.nodeflame.bpf.JavaWalk;
import io.nodeflame.bpf.ProcessImage;
import io.nodeflame.bpf.RecordConsumer;
import io.nodeflame.bpf.SampleView;
import io.nodeflame.bpf.StackSampler;
import io.nodeflame.bpf.UserFrame;
import io.nodeflame.discovery.ProcessFacts;
import io.nodeflame.discovery.TargetResolver;
import io.nodeflame.symbolizer.AddressSpace;
import io.nodeflame.symbolizer.ExecutableIdentity;
import io.nodeflame.symbolizer.JavaCode;
import io.nodeflame.symbolizer.Symbolizer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes records out of the ring: reads a process when its first sample comes, while it lives, and
 * counts equal stacks together. For the sampling thread.
 */
final class SampleCollapser implements RecordConsumer {
  private static final Logger LOG = LoggerFactory.getLogger(SampleCollapser.class);

  /** Above the seen_images map, so that an image known to the kernel is known here. */
  private static final int MAX_IMAGES = 8192;

  private static final long EXITED_KEPT_NANOS = 10_000_000_000L;
  private static final long IDLE_KEPT_NANOS = 300_000_000_000L;

  /** So long a Java machine compiles much, and what it compiled first is gone again soon. */
  private static final long YOUNG_JAVA_NANOS = 30_000_000_000L;

  private static final long STARTING_JAVA_NANOS = 100_000_000;

  private final StackSampler sampler;
  private final Symbolizer symbolizer;
  private final TargetResolver resolver;
  private final ThreadNames threads;
  private final ImageTable images = new ImageTable(MAX_IMAGES);
  private @Nullable StackTable table;
  private long slice;
  private long now;
  private long refusedSamples;
  private boolean isTableFullTold;
  private boolean hasYoungJava;
  private long startingUntil;

  SampleCollapser(
      StackSampler sampler,
      Symbolizer symbolizer,
      TargetResolver resolver,
      ThreadSettings.By threadsBy) {
    this.threads = new ThreadNames(threadsBy);
    this.sampler = sampler;
    this.symbolizer = symbolizer;
    this.resolver = resolver;
    this.startingUntil = System.nanoTime();
  }

  /** Samples go to this table from now on. */
  void begin(StackTable newTable, long newSlice, long monotonicNanos) {
    if (newTable != table) {
      hasYoungJava = false;
    }
    this.table = newTable;
    this.slice = newSlice;
    this.now = monotonicNanos;
  }

  /** Whether a Java machine just started, whose stacks cannot be walked yet. */
  boolean hasStartingJava(long nanos) {
    return startingUntil - nanos > 0;
  }

  /** Whether the table has samples of a Java machine that started just now. */
  boolean hasYoungJava() {
    return hasYoungJava;
  }

  int imageCount() {
    return images.size();
  }

  /** Samples that the full table did not take, since the last call. */
  long takeRefusedSamples() {
    long refused = refusedSamples;
    refusedSamples = 0;
    return refused;
  }

  @Override
  public void image(ImageView view) {
    learn(view);
  }

  private TrackedImage learn(ImageView view) {
    ProcessImage id = view.image();
    TrackedImage known = images.find(id);
    if (known != null) {
      return known;
    }
    AddressSpace space = readSpace(view, id);
    ProcessFacts facts =
        new ProcessFacts(
            id.pid(), id.startNanos(), view.cgroupId(), view.comm(), view.executableName());
    return track(new TrackedImage(id, space, facts));
  }

  private AddressSpace readSpace(ImageView view, ProcessImage id) {
    if (view.isKernelThread()) {
      return KernelThreadSpace.INSTANCE;
    }
    AddressSpace space = symbolizer.read(id.pid(), id.startTicks());
    if (!space.isGone()) {
      return space;
    }
    ProcessImage parentId = view.parent();
    TrackedImage parent = parentId.execId() == id.execId() ? images.find(parentId) : null;
    if (parent != null) {
      return symbolizer.inherit(parent.space());
    }
    return symbolizer.ofExecutable(
        new ExecutableIdentity(
            view.executableName(),
            view.executableDeviceMajor(),
            view.executableDeviceMinor(),
            view.executableInode(),
            view.startCode()));
  }

  private TrackedImage track(TrackedImage image) {
    image.setLastSeenNanos(now);
    images.add(image);
    if (image.space().switchesStacks()) {
      sampler.setStackSwitching(image.id());
    } else if (image.olderOfPid() != null) {
      sampler.forget(image.id().pid());
    }
    return image;
  }

  @Override
  public void sample(SampleView sample) {
    TrackedImage image = images.find(sample.pid(), sample.processStartNanos(), sample.execId());
    if (image == null) {
      image = restore(sample);
    }
    image.setLastSeenNanos(now);
    if (!image.isResolvedIn(slice)) {
      image.setResolution(resolver.resolve(image.facts()), slice);
    }
    followJava(image, sample);
    hasYoungJava |= image.isJava() && now - image.javaSinceNanos() < YOUNG_JAVA_NANOS;
    String thread = threads.of(image, sample);
    if (!currentTable().add(image, sample, leafCaller(image, sample), thread)) {
      refusedSamples++;
    }
  }

  /** Tells the walker of a Java machine once it can be read, and of its threads as they come. */
  private void followJava(TrackedImage image, SampleView sample) {
    JavaCode java = image.java();
    java.takeUnwinding().ifPresent(unwinding -> tellWalker(image, JavaWalks.of(unwinding)));
    if (java.isStarting()) {
      startingUntil = now + STARTING_JAVA_NANOS;
    }
    if (sample.isJavaThreadUnknown()) {
      long thread = java.thread(sample.tid());
      if (thread != JavaCode.THREAD_UNKNOWN) {
        sampler.setJavaThread(sample.tid(), thread == 0 ? JavaWalk.NO_JAVA_THREAD : thread);
      }
    }
  }

  private void tellWalker(TrackedImage image, JavaWalk walk) {
    image.setJavaSince(now);
    if (!sampler.setJavaMachine(image.id(), walk) && !isTableFullTold) {
      isTableFullTold = true;
      LOG.warn(
          "The walker's table of Java machines is full: that of process {} and of those to come are"
              + " walked by frame pointers, until others end",
          image.id().pid());
    }
  }

  /** The image's record was lost or forgotten: put together from what the sample says. */
  private TrackedImage restore(SampleView sample) {
    ProcessImage id = sample.image();
    AddressSpace space = symbolizer.read(id.pid(), id.startTicks());
    String comm = sample.threadName();
    ProcessFacts facts = new ProcessFacts(id.pid(), id.startNanos(), sample.cgroupId(), comm, comm);
    return track(new TrackedImage(id, space, facts));
  }

  /** The caller that the walk over frame pointers left out: the leaf has no frame of its own. */
  private static long leafCaller(TrackedImage image, SampleView sample) {
    if (sample.userFrameCount() == 0
        || sample.userFrameKind(0) != UserFrame.NATIVE
        || sample.isLeafReturnUsed()
        || sample.stackWord() == 0) {
      return 0;
    }
    AddressSpace space = image.space();
    long leaf = sample.userAddress(0);
    // Asked first: code that was mapped since the last look is read now, while the process lives.
    boolean isMissing =
        space.isCode(leaf)
            && space.isReturnAddressAtStackPointer(leaf)
            && space.isCode(sample.stackWord());
    return isMissing ? sample.stackWord() : 0;
  }

  @Override
  public void exec(ImageView image) {
    // Nothing to do: the new image is read with its first sample, and the old one expires. What the
    // walker was told is corrected then, since this event may come after that sample.
  }

  @Override
  public void exit(ExitView exit) {
    images.markExited(exit.pid(), exit.processStartNanos());
    if (!images.isReused(exit.pid(), exit.processStartNanos())) {
      sampler.forget(exit.pid());
    }
  }

  /**
   * Forgets images that no sample can name any more.
   *
   * @param lastDone the newest slice that nobody uses any more
   */
  void expire(long lastDone) {
    long idleKept = images.isFull() ? EXITED_KEPT_NANOS : IDLE_KEPT_NANOS;
    for (TrackedImage image : images.expire(now - EXITED_KEPT_NANOS, now - idleKept, lastDone)) {
      image.space().close();
    }
  }

  private StackTable currentTable() {
    StackTable current = table;
    if (current == null) {
      throw new IllegalStateException("no table to collapse into");
    }
    return current;
  }
}
