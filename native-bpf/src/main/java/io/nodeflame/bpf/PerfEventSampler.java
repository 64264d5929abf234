package io.nodeflame.bpf;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sampler that runs: perf events on all CPUs, a BPF program, one ring buffer. */
public final class PerfEventSampler implements StackSampler {
  private static final Logger LOG = LoggerFactory.getLogger(PerfEventSampler.class);
  private static final String PROGRAM = "take_sample";
  private static final List<String> MAPS =
      List.of(
          "samples",
          "sampler_scratch",
          "sampler_counters",
          "last_sample_ns",
          "last_wakeup_ns",
          "seen_images",
          "processes",
          "jvms",
          "java_threads",
          "cgroup_periods",
          "thinning_carry");

  /** Room for two seconds of samples of 1 KiB, a power of two; deep stacks have that much. */
  private static final int MIN_RING_BYTES = 512 * 1024;

  private static final int MAX_RING_BYTES = 64 * 1024 * 1024;
  private static final long CPU_REFRESH_NANOS = Duration.ofSeconds(2).toNanos();

  private final BpfObject object;
  private final RingReader ring;
  private final CpuEvents events;
  private final CgroupRates rates;
  private final CounterReader counters;
  private final @Nullable ProcessEventSource processEvents;
  private final int processesFd;
  private final JavaMaps java;
  private final long waiter;
  private final ByteBuffer processKey = BpfObject.direct(Integer.BYTES);
  private final ByteBuffer processValue = BpfObject.direct(Layout.PROCESS_BYTES);
  private final SampleView sample = new SampleView();
  private final ImageView image = new ImageView();
  private long lastCpuRefresh = System.nanoTime();
  private boolean stopped;
  private boolean closed;

  private PerfEventSampler(
      BpfObject object,
      RingReader ring,
      CpuEvents events,
      CgroupRates rates,
      CounterReader counters,
      @Nullable ProcessEventSource processEvents,
      long waiter)
      throws SamplerException {
    this.object = object;
    this.ring = ring;
    this.events = events;
    this.rates = rates;
    this.counters = counters;
    this.processEvents = processEvents;
    this.processesFd = object.mapFd("processes");
    this.java = new JavaMaps(object);
    this.waiter = waiter;
  }

  /**
   * Loads the program and starts sampling.
   *
   * @throws SamplerException when this kernel or this process cannot; nothing is left behind
   */
  public static PerfEventSampler start(SamplerSettings settings) throws SamplerException {
    BpfObject object = BpfObject.open("sampler");
    RingReader ring = null;
    ProcessEventSource processEvents = null;
    long waiter = 0;
    try {
      int cpus = Math.max(1, NativeLibrary.possibleCpus());
      int ringBytes = ringBytes(settings.frequencyHz(), cpus);
      ProcNamespaces namespaces = ProcNamespaces.read(Path.of("/proc"));
      configure(object, settings, ringBytes);
      object.setNamespaces(namespaces);
      sayIfNested(namespaces);
      object.load();
      ring = RingReader.map(object.mapFd("samples"), ringBytes);
      waiter = openWaiter(object.mapFd("samples"));
      processEvents = openProcessEvents(settings, namespaces, cpus);
      CpuEvents events = new CpuEvents(object, PROGRAM, settings, new OnlineCpus(Path.of("/sys")));
      CgroupRates rates =
          new CgroupRates(settings, object.mapFd("cgroup_periods"), events, Path.of("/proc"));
      CounterReader counters = new CounterReader(object.mapFd("sampler_counters"), cpus);
      PerfEventSampler sampler =
          new PerfEventSampler(object, ring, events, rates, counters, processEvents, waiter);
      events.open();
      return sampler;
    } catch (SamplerException e) {
      release(object, ring, processEvents, waiter);
      throw e;
    }
  }

  private static void configure(BpfObject object, SamplerSettings settings, int ringBytes)
      throws SamplerException {
    boolean isClock = settings.event() == SamplingEvent.CPU_CLOCK;
    object.setGlobal("sample_period_ns", isClock ? settings.periodNanos() : 0L);
    object.setGlobal("max_weight_ns", 2 * settings.periodNanos());
    object.setGlobal("max_user_frames", settings.maxUserFrames());
    object.setGlobal("kernel_stacks", settings.kernelStacks() ? 1 : 0);
    object.setGlobal("cgroup_controller", settings.cgroupController().number());
    object.setMapEntries("samples", ringBytes);
  }

  private static void sayIfNested(ProcNamespaces namespaces) {
    if (!namespaces.isInitialPid()) {
      LOG.info(
          "/proc is of pid namespace {}, not the host's: what runs outside of it is not profiled",
          Integer.toUnsignedString(namespaces.pidInode()));
    }
  }

  private static @Nullable ProcessEventSource openProcessEvents(
      SamplerSettings settings, ProcNamespaces namespaces, int cpus) {
    try {
      return ProcessEventSource.open(settings, namespaces, cpus);
    } catch (SamplerException e) {
      LOG.warn(
          "Without exec and exit events, dead processes are forgotten later: {}", e.getMessage());
      return null;
    }
  }

  private static long openWaiter(int ringFd) throws SamplerException {
    long waiter = NativeLibrary.openWaiter(ringFd);
    if (waiter <= 0 && waiter > -4096) {
      throw new SamplerException("the ring buffer cannot be waited on: errno " + -waiter);
    }
    return waiter;
  }

  static int ringBytes(int frequencyHz, int cpus) {
    long wanted = (long) frequencyHz * cpus * 2048;
    long bounded = Math.min(MAX_RING_BYTES, Math.max(MIN_RING_BYTES, wanted));
    return (int) Long.highestOneBit(2 * bounded - 1);
  }

  @Override
  public void await(Duration atMost) {
    NativeLibrary.waitForKernel(waiter, (int) Math.min(Integer.MAX_VALUE, atMost.toMillis()));
  }

  @Override
  public synchronized void wake() {
    if (!closed) {
      NativeLibrary.wakeWaiter(waiter);
    }
  }

  @Override
  public int drain(RecordConsumer consumer) {
    followCpus();
    int[] samples = {0};
    ring.drain(
        (memory, offset, length) -> {
          if (dispatch(memory, offset, length, consumer)) {
            samples[0]++;
          }
        });
    if (processEvents != null) {
      processEvents.drain(consumer);
    }
    return samples[0];
  }

  private boolean dispatch(ByteBuffer memory, int offset, int length, RecordConsumer consumer) {
    int type = memory.getInt(offset + Layout.RECORD_TYPE);
    if (type == Layout.TYPE_SAMPLE) {
      sample.wrap(memory, offset, length);
      if (sample.isWellFormed()) {
        consumer.sample(sample);
        return true;
      }
    } else if (type == Layout.TYPE_IMAGE && length == Layout.IMAGE_BYTES) {
      image.wrap(memory, offset, length);
      consumer.image(image);
      return false;
    }
    throw new IllegalStateException(
        "record of type " + type + " with " + length + " bytes is not in the layout");
  }

  private synchronized void followCpus() {
    long now = System.nanoTime();
    if (!stopped && now - lastCpuRefresh >= CPU_REFRESH_NANOS) {
      lastCpuRefresh = now;
      rates.follow(now);
      events.refresh();
    }
  }

  @Override
  public SamplerCounters counters() {
    return counters.read();
  }

  @Override
  public long lostProcessEvents() {
    return processEvents == null ? 0 : processEvents.lost();
  }

  @Override
  public synchronized boolean setStackSwitching(ProcessImage process) {
    processKey.putInt(0, process.pid());
    processValue.putLong(Layout.PROCESS_START, process.startNanos());
    processValue.putInt(Layout.PROCESS_FLAGS, Layout.PROCESS_FLAG_SWITCHES_STACKS);
    return NativeLibrary.mapUpdate(processesFd, processKey, processValue) == 0;
  }

  @Override
  public synchronized boolean setJavaMachine(ProcessImage process, JavaWalk walk) {
    return java.setMachine(process, walk);
  }

  @Override
  public synchronized void setJavaThread(int tid, long address) {
    java.setThread(tid, address);
  }

  @Override
  public synchronized void forget(int pid) {
    processKey.putInt(0, pid);
    NativeLibrary.mapDelete(processesFd, processKey);
    java.forgetMachine(pid);
  }

  @Override
  public synchronized void raise(Map<Long, Integer> hertzByCgroup) {
    if (!stopped) {
      rates.raise(hertzByCgroup, System.nanoTime());
    }
  }

  @Override
  public SamplingRates rates() {
    return rates.inForce();
  }

  @Override
  public long mapBytes() {
    try {
      long sum = processEvents == null ? 0 : processEvents.mapBytes();
      for (String map : MAPS) {
        sum += MapMemory.bytes(object.mapFd(map));
      }
      return sum;
    } catch (SamplerException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Statistics of the sampling program, counted while some process asks the kernel for them. */
  public ProgramStatistics statistics() {
    try {
      return ProgramStatistics.of(object.programFd(PROGRAM));
    } catch (SamplerException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public synchronized void stop() {
    stopped = true;
    events.close();
  }

  @Override
  public synchronized void close() {
    stopped = true;
    if (!closed) {
      closed = true;
      events.close();
      release(object, ring, processEvents, waiter);
    }
  }

  private static void release(
      BpfObject object,
      @Nullable RingReader ring,
      @Nullable ProcessEventSource processEvents,
      long waiter) {
    if (processEvents != null) {
      processEvents.close();
    }
    object.close();
    if (ring != null) {
      ring.close();
    }
    if (waiter != 0) {
      NativeLibrary.closeWaiter(waiter);
    }
  }
}
