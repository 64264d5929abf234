package io.nodeflame.collector.collection;

import io.nodeflame.bpf.StackSampler;
import io.nodeflame.collector.account.SampleLedger;
import io.nodeflame.collector.profile.StackProfileConsumer;
import io.nodeflame.discovery.TargetResolver;
import io.nodeflame.symbolizer.Symbolizer;
import java.time.Duration;

/**
 * Collects until closed: two threads from the ring to profiles. A thread that ends by itself makes
 * {@link #failure} say so. Does not own sampler, symbolizer or consumer.
 */
public final class Collection implements AutoCloseable {
  private static final Duration STUCK_AFTER = Duration.ofSeconds(30);
  private static final long JOIN_MILLIS = 10_000;

  private final SamplingLoop sampling;
  private final CollectionLoop collecting;
  private final StackQuality quality;
  private final Thread samplingThread;
  private final Thread collectingThread;
  private volatile String failure = "";
  private volatile boolean closing;

  private Collection(SamplingLoop sampling, CollectionLoop collecting, StackQuality quality) {
    this.sampling = sampling;
    this.collecting = collecting;
    this.quality = quality;
    this.samplingThread = thread("sampler", sampling);
    this.collectingThread = thread("collection", collecting);
  }

  /** Wires both threads and starts them. */
  public static Collection start(
      StackSampler sampler,
      Symbolizer symbolizer,
      TargetResolver resolver,
      StackProfileConsumer consumer,
      SampleLedger ledger,
      CollectionSettings settings) {
    FaultLog log = new FaultLog(System::nanoTime);
    Symbolizer tolerant = new TolerantSymbolizer(symbolizer, log);
    SliceExchange exchange = new SliceExchange();
    FrameTable frames = new FrameTable();
    StackQuality quality = new StackQuality();
    ProfileWindow window =
        new ProfileWindow(
            new StackNamer(tolerant, frames),
            frames,
            quality,
            ledger,
            log,
            settings.threads().asLabel());
    SampleCollapser collapser =
        new SampleCollapser(
            sampler, tolerant, new TolerantResolver(resolver, log), settings.threads().by());
    Collection collection =
        new Collection(
            new SamplingLoop(sampler, collapser, exchange, ledger),
            new CollectionLoop(exchange, window, frames, consumer, settings),
            quality);
    collection.samplingThread.start();
    collection.collectingThread.start();
    return collection;
  }

  private Thread thread(String name, Runnable loop) {
    Thread thread = new Thread(loop, name);
    thread.setUncaughtExceptionHandler(
        (self, e) -> {
          failure = "thread " + name + " ended: " + e;
          org.slf4j.LoggerFactory.getLogger(Collection.class)
              .error("Thread {} ended unexpectedly", name, e);
        });
    return thread;
  }

  /** Empty while both threads do their work, else what is wrong, in one sentence. */
  public String failure() {
    if (!failure.isEmpty() || closing) {
      return failure;
    }
    if (!samplingThread.isAlive() || !collectingThread.isAlive()) {
      return "a thread ended";
    }
    long silence = System.nanoTime() - sampling.lastRoundNanos();
    return silence > STUCK_AFTER.toNanos()
        ? "the ring buffer was not drained for " + Duration.ofNanos(silence).toSeconds() + " s"
        : "";
  }

  /** Empty while both threads run, or after {@link #close}; else which one ended by itself. */
  public String deadThread() {
    return failure;
  }

  /** Counts for metrics. */
  public CollectionReport report() {
    StackQuality.Report stacks = quality.report();
    return new CollectionReport(
        stacks.samplesByEnd(),
        stacks.namedFrames(),
        stacks.unnamedFrames(),
        sampling.imageCount(),
        collecting.targets(),
        collecting.windowsClosed(),
        collecting.heldSamples(),
        collecting.liveHeapBytes());
  }

  /**
   * Drains once more, hands the last window on, and ends both threads. Each is waited for 10 s at
   * most: {@link #hasEnded} says whether that was enough.
   */
  @Override
  public void close() {
    closing = true;
    sampling.stop();
    join(samplingThread);
    collecting.stop();
    join(collectingThread);
  }

  /** Whether sampler and symbolizer may be freed: no thread uses them any more. */
  public boolean hasEnded() {
    return !samplingThread.isAlive() && !collectingThread.isAlive();
  }

  private static void join(Thread thread) {
    try {
      thread.join(JOIN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
