package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.AddressSpace;
import io.nodeflame.symbolizer.CodeReport;
import io.nodeflame.symbolizer.ExecutableIdentity;
import io.nodeflame.symbolizer.Location;
import io.nodeflame.symbolizer.PublishedService;
import io.nodeflame.symbolizer.Symbolizer;
import io.nodeflame.symbolizer.SymbolizerStatistics;
import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.bytes.FileBytes;
import io.nodeflame.symbolizer.hotspot.MethodCache;
import io.nodeflame.symbolizer.kernel.KernelSymbols;
import io.nodeflame.symbolizer.perfmap.PageMemory;
import io.nodeflame.symbolizer.process.ContainerRoot;
import io.nodeflame.symbolizer.process.Device;
import io.nodeflame.symbolizer.process.FileOpening;
import io.nodeflame.symbolizer.process.MappedFiles;
import io.nodeflame.symbolizer.process.MappingTable;
import io.nodeflame.symbolizer.process.OpenPolicy;
import io.nodeflame.symbolizer.process.OpenedFile;
import io.nodeflame.symbolizer.process.ProcFs;
import io.nodeflame.symbolizer.process.ProcessId;
import io.nodeflame.symbolizer.process.ProcessMemory;
import io.nodeflame.symbolizer.process.ProcessStatus;
import io.nodeflame.symbolizer.symbols.CacheOutage;
import io.nodeflame.symbolizer.symbols.DebugFiles;
import io.nodeflame.symbolizer.symbols.FileOpener;
import io.nodeflame.symbolizer.symbols.SymbolCache;
import io.nodeflame.symbolizer.symbols.SymbolCacheStats;
import io.nodeflame.symbolizer.symbols.SymbolTables;
import io.nodeflame.symbolizer.symbols.TrustedRoot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The symbolizer of the host that it runs on. */
public final class HostSymbolizer implements Symbolizer {
  private static final Logger LOG = LoggerFactory.getLogger(HostSymbolizer.class);
  private static final long MAX_DEBUG_FILE_BYTES = 4L << 30;

  /** The sampling thread's, while which the ring fills. */
  private static final Duration TABLE_PATIENCE = Duration.ofMillis(500);

  /** The collecting thread's. */
  private static final Duration NAME_PATIENCE = Duration.ofSeconds(2);

  private static final long PERF_MAP_MEMORY_BYTES = 64L << 20;

  /** Of these, when the cache directory cannot be written. */
  private static final long PERF_MAP_DIRECT_BYTES = 4L << 20;

  /** Of all processes, so that many with large perf-maps cannot keep the collecting thread busy. */
  private static final long PERF_MAP_READ_BYTES = 64L << 20;

  private static final long PERF_MAP_READ_BYTES_PER_SECOND = 16L << 20;

  private static final long MEMORY_RETRY_NANOS = 10_000_000_000L;

  /** Until then a program may still be starting its SDK. */
  private static final long YOUNG_MILLIS = 120_000;

  /** Below it a file is not a page further than its code; the kernel maps by pages. */
  private static final long PAGE_MASK = 4095;

  private final ProcFs proc;
  private final ServiceReader services;
  private final CodeFiles files;
  private final OpenTables tables = new OpenTables();
  private final KernelImages images;
  private final CodeReader reader;
  private final SymbolCache cache;
  private final SymbolTables symbolTables;
  private final FrameNames names;
  private final KernelSymbols kernelSymbols;
  private final PageMemory perfMapMemory;
  private final LongSupplier nanoTime;
  private final Queue<RunTimeCode> retired = new ConcurrentLinkedQueue<>();
  private final AtomicInteger spaces = new AtomicInteger();
  private final StallGuard inspections = new StallGuard("inspections", NAME_PATIENCE);
  private final CodeInspector inspector;
  private final StallGuard javaTableReads = new StallGuard("java-tables", TABLE_PATIENCE);
  private final StallGuard javaNameReads = new StallGuard("java-names", NAME_PATIENCE);

  // Collecting thread.
  private final ReadingBudget perfMapBudget;
  private final MethodCache javaMethods = new MethodCache();
  private long nextMemoryRetry;

  // Sampling thread.
  private final LeafAnswers leafAnswers = new LeafAnswers();
  private final JavaLibraries javaLibraries = new JavaLibraries();

  private HostSymbolizer(
      Path procRoot, SymbolizerSettings settings, CodeFiles.Limits limits, LongSupplier nanoTime) {
    ProcFs proc = new ProcFs(procRoot);
    CacheOutage outage = new CacheOutage(LOG, settings.cacheDir(), nanoTime);
    MappedFiles mappedFiles = new MappedFiles(proc);
    DebugFiles debugFiles = new DebugFiles(new TrustedRoot(Path.of("/")), settings.debugDirs());
    this.proc = proc;
    this.services = new ServiceReader(new ProcFs(procRoot));
    this.inspector = new CodeInspector(new ProcFs(procRoot), inspections, nanoTime);
    this.files = new CodeFiles(mappedFiles, tables, nanoTime, limits);
    this.images = new KernelImages(mappedFiles, files);
    this.reader = new CodeReader(proc, files, images);
    this.cache = SymbolCache.open(settings.cacheDir(), settings.cacheBytes(), Clock.systemUTC());
    this.symbolTables = new SymbolTables(cache, outage, debugFiles);
    SymbolLoader loader = new SymbolLoader(symbolTables, files);
    this.names = new FrameNames(loader, tables, settings.demangle(), nanoTime);
    this.kernelSymbols = new KernelSymbols(Path.of("/proc"), System::nanoTime);
    this.perfMapMemory =
        PageMemory.inDirectory(
            settings.cacheDir(),
            PERF_MAP_MEMORY_BYTES,
            PERF_MAP_DIRECT_BYTES,
            e -> outage.failed("perf-maps", PageMemory.SEGMENT_BYTES, e));
    this.nanoTime = nanoTime;
    this.perfMapBudget =
        new ReadingBudget(
            PERF_MAP_READ_BYTES, PERF_MAP_READ_BYTES_PER_SECOND, nanoTime.getAsLong());
    this.nextMemoryRetry = nanoTime.getAsLong() + MEMORY_RETRY_NANOS;
  }

  /**
   * Opens the cache directory. Where it cannot be used, names come from a little memory and the log
   * says so.
   */
  public static HostSymbolizer open(SymbolizerSettings settings) {
    HostSymbolizer symbolizer =
        open(settings, Path.of("/proc"), CodeFiles.Limits.DEFAULT, System::nanoTime);
    symbolizer.readItself();
    return symbolizer;
  }

  /** Loads what the first read of a process loads, while no sample waits for it. */
  private void readItself() {
    int pid = (int) ProcessHandle.current().pid();
    proc.startTimeTicks(pid).ifPresent(start -> read(pid, start).close());
  }

  static HostSymbolizer open(
      SymbolizerSettings settings, Path proc, CodeFiles.Limits limits, LongSupplier nanoTime) {
    return new HostSymbolizer(proc, settings, limits, nanoTime);
  }

  @Override
  public AddressSpace read(int pid, long startTicks) {
    files.sweep();
    ProcessId process = new ProcessId(pid, startTicks);
    CodeReader.Read read = reader.read(process);
    if (read.code() == null) {
      return new GoneAddressSpace(this, read.reason(), "", null, 0);
    }
    spaces.incrementAndGet();
    return new HostAddressSpace(this, process, false, read.code());
  }

  @Override
  public AddressSpace inherit(AddressSpace parent) {
    if (parent instanceof HostAddressSpace live) {
      spaces.incrementAndGet();
      return live.child();
    }
    return parent instanceof GoneAddressSpace gone
        ? gone.child()
        : new GoneAddressSpace(this, UnnamedReason.PROCESS_GONE, "", null, 0);
  }

  @Override
  public AddressSpace ofExecutable(ExecutableIdentity executable) {
    long device = Device.number(executable.deviceMajor(), executable.deviceMinor());
    CodeFile file = files.acquireKnown(device, executable.inode(), executable.name()).orElse(null);
    long bias = 0;
    if (file != null) {
      bias = executable.startCode() - file.segments().lowest().orElse(0);
      if ((bias & PAGE_MASK) != 0) { // another file by now
        file.removeUser(nanoTime());
        file = null;
      }
    }
    return new GoneAddressSpace(this, UnnamedReason.PROCESS_GONE, executable.name(), file, bias);
  }

  @Override
  public Location kernel(long address) {
    return FrameNames.kernel(kernelSymbols.find(address));
  }

  FrameNames names() {
    return names;
  }

  /** Opens files of the process's own root, for debug files beside its binaries. */
  FileOpener rootOf(ProcessId process) {
    ContainerRoot root = proc.containerRoot(process.pid());
    return path -> {
      FileOpening opening = root.open(path, OpenPolicy.atMost(MAX_DEBUG_FILE_BYTES));
      if (opening instanceof OpenedFile opened) {
        if (proc.isCurrent(process)) {
          return Optional.<FileBytes>of(opened.bytes());
        }
        opened.close();
      }
      return Optional.empty();
    };
  }

  CodeReader reader() {
    return reader;
  }

  long nanoTime() {
    return nanoTime.getAsLong();
  }

  /** For the sampling thread. */
  boolean isLeafAt(CodeFile file, long address) {
    int known = leafAnswers.find(file.number(), address);
    if (known != LeafAnswers.UNKNOWN) {
      return known != 0;
    }
    try {
      boolean answer = tables.of(file).isReturnAddressAtStackPointer(address);
      file.touch(nanoTime());
      leafAnswers.put(file.number(), address, answer);
      return answer;
    } catch (IOException e) {
      return false;
    }
  }

  /** Opens the file of a mapping again when a name needs it and it was closed. */
  void open(ProcessId process, MappingTable mappings, int mapping, CodeFile file) {
    file.touch(nanoTime());
    if (!file.isOpen() && file.needsBytes(nanoTime())) {
      files.reopen(process, mappings.get(mapping), file);
    }
  }

  /**
   * What a process publishes of itself now, for people who ask; for any thread.
   *
   * @param startTicks as for {@link #read}
   * @param patience how long the answer may take; none counts as nothing
   */
  public PublishedService publishedBy(int pid, long startTicks, Duration patience) {
    return services.await(new ProcessId(pid, startTicks), patience);
  }

  /**
   * What is found in a process now, for people who ask; for any thread, one at a time.
   *
   * @param startTicks as for {@link #read}
   * @return empty when the process is gone, or has no code of its own
   */
  public Optional<CodeReport> inspect(int pid, long startTicks) {
    try {
      return inspector.inspect(new ProcessId(pid, startTicks));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  ServiceReader services() {
    return services;
  }

  /** Whether the process started just now; false when that is not known. */
  boolean isYoung(ProcessId process) {
    try {
      long ageMillis = System.currentTimeMillis() - proc.startMillis(process);
      return ageMillis < YOUNG_MILLIS;
    } catch (IOException e) {
      return false;
    }
  }

  RunTimeCode runTimeCode(ProcessId process) {
    return new RunTimeCode(proc, perfMapMemory, perfMapBudget, nanoTime, process);
  }

  ProcessMemory memory(ProcessId process) throws IOException {
    ProcessMemory memory = proc.residentMemory(process.pid(), 0);
    if (!proc.isCurrent(process)) {
      memory.close();
      throw new IOException("the process is gone");
    }
    return memory;
  }

  boolean isCurrent(ProcessId process) {
    return proc.isCurrent(process);
  }

  StallGuard javaTableReads() {
    return javaTableReads;
  }

  StallGuard javaNameReads() {
    return javaNameReads;
  }

  JavaLibraries javaLibraries() {
    return javaLibraries;
  }

  MethodCache javaMethods() {
    return javaMethods;
  }

  /** A thread's id in its own pid namespace; the same where that is gone. */
  int namespaceTid(int tid) {
    try {
      return proc.status(tid).map(ProcessStatus::namespacePid).orElse(tid);
    } catch (IOException e) {
      return tid;
    }
  }

  /** Files known, in use or not. */
  int knownFiles() {
    return files.knownCount();
  }

  /** For the collecting thread, now and then: closes what is not in use any more. */
  void sweep() {
    closeRetired();
    files.sweep();
    if (nanoTime() - nextMemoryRetry >= 0) {
      nextMemoryRetry = nanoTime() + MEMORY_RETRY_NANOS;
      perfMapMemory.tryAgain();
    }
  }

  /** Forgets a process; the collecting thread closes its perf-map. */
  void retire(RunTimeCode runTimeCode) {
    spaces.decrementAndGet();
    retired.add(runTimeCode);
  }

  private void closeRetired() {
    for (RunTimeCode code = retired.poll(); code != null; code = retired.poll()) {
      code.close();
    }
  }

  @Override
  public SymbolizerStatistics statistics() {
    SymbolCacheStats stats = cache.stats();
    return new SymbolizerStatistics(
        files.openCount(),
        stats.bytes() + symbolTables.memoryBytes() + perfMapMemory.fileBytes(),
        stats.files() + symbolTables.memoryCount(),
        stats.hits(),
        stats.misses(),
        stats.evictions(),
        spaces.get());
  }

  @Override
  public void close() {
    services.close();
    inspections.close();
    javaTableReads.close();
    javaNameReads.close();
    files.close();
    images.close();
    closeRetired();
    try {
      perfMapMemory.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
