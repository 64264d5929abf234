package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.AddressSpace;
import io.nodeflame.symbolizer.ExecutableIdentity;
import io.nodeflame.symbolizer.Location;
import io.nodeflame.symbolizer.Symbolizer;
import io.nodeflame.symbolizer.SymbolizerStatistics;
import io.nodeflame.symbolizer.bytes.FileBytes;
import io.nodeflame.symbolizer.kernel.KernelSymbols;
import io.nodeflame.symbolizer.perfmap.PageMemory;
import io.nodeflame.symbolizer.perfmap.PerfMap;
import io.nodeflame.symbolizer.perfmap.PerfMapLimits;
import io.nodeflame.symbolizer.process.ContainerRoot;
import io.nodeflame.symbolizer.process.Device;
import io.nodeflame.symbolizer.process.FileOpening;
import io.nodeflame.symbolizer.process.MappingTable;
import io.nodeflame.symbolizer.process.OpenPolicy;
import io.nodeflame.symbolizer.process.OpenedFile;
import io.nodeflame.symbolizer.process.ProcFs;
import io.nodeflame.symbolizer.process.ProcessId;
import io.nodeflame.symbolizer.process.ProcessStatus;
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
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** The symbolizer of the host that it runs on. */
public final class HostSymbolizer implements Symbolizer {
  private static final long MAX_DEBUG_FILE_BYTES = 4L << 30;
  private static final long PERF_MAP_MEMORY_BYTES = 64L << 20;

  private final ProcFs proc;
  private final CodeFiles files;
  private final SymbolCache cache;
  private final FrameNames names;
  private final KernelSymbols kernelSymbols;
  private final PageMemory perfMapMemory;
  private final Queue<PerfMap> retired = new ConcurrentLinkedQueue<>();
  private final AtomicInteger spaces = new AtomicInteger();

  private HostSymbolizer(
      ProcFs proc,
      SymbolCache cache,
      FrameNames names,
      KernelSymbols kernelSymbols,
      PageMemory perfMapMemory) {
    this.proc = proc;
    this.files = new CodeFiles(proc);
    this.cache = cache;
    this.names = names;
    this.kernelSymbols = kernelSymbols;
    this.perfMapMemory = perfMapMemory;
  }

  /**
   * Opens the cache directory; reads no process yet.
   *
   * @throws IOException when the cache directory cannot be used
   */
  public static HostSymbolizer open(SymbolizerSettings settings) throws IOException {
    SymbolCache cache =
        SymbolCache.open(settings.cacheDir(), settings.cacheBytes(), Clock.systemUTC());
    DebugFiles debugFiles = new DebugFiles(new TrustedRoot(Path.of("/")), settings.debugDirs());
    return new HostSymbolizer(
        ProcFs.ofSystem(),
        cache,
        new FrameNames(new SymbolTables(cache, debugFiles), settings.demangle()),
        new KernelSymbols(Path.of("/proc"), System::nanoTime),
        PageMemory.inFile(settings.cacheDir(), PERF_MAP_MEMORY_BYTES));
  }

  @Override
  public AddressSpace read(int pid, long startTicks) {
    ProcessId process = new ProcessId(pid, startTicks);
    MappedCode code = readCode(process).orElse(MappedCode.EMPTY);
    spaces.incrementAndGet();
    return new HostAddressSpace(this, process, "", code);
  }

  private Optional<MappedCode> readCode(ProcessId process) {
    try {
      Optional<MappingTable> mappings = proc.mappings(process.pid());
      if (mappings.isEmpty() || mappings.get().size() == 0 || !proc.isCurrent(process)) {
        return Optional.empty();
      }
      return Optional.of(MappedCode.of(process, mappings.get(), files));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The mappings now, when the process still lives and they are others than before. */
  Optional<MappedCode> rereadCode(ProcessId process, MappedCode before) {
    try {
      Optional<MappingTable> mappings = proc.mappings(process.pid());
      if (mappings.isEmpty()
          || mappings.get().size() == 0
          || mappings.get().hasSameMappings(before.mappings())
          || !proc.isCurrent(process)) {
        return Optional.empty();
      }
      return Optional.of(MappedCode.of(process, mappings.get(), files));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public AddressSpace inherit(AddressSpace parent) {
    if (parent instanceof HostAddressSpace host && !host.isGone()) {
      spaces.incrementAndGet();
      // Pid 0 is never found again: what is known is all there will be.
      return new HostAddressSpace(this, new ProcessId(0, 0), host.name(), host.code().share());
    }
    return new GoneAddressSpace(names, "", null, 0);
  }

  @Override
  public AddressSpace ofExecutable(ExecutableIdentity executable) {
    CodeFile file =
        files
            .acquireKnown(
                Device.number(executable.deviceMajor(), executable.deviceMinor()),
                executable.inode())
            .orElse(null);
    return new GoneAddressSpace(names, executable.name(), file, executable.startCode());
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

  /** For the collecting thread, which owns the memory of perf-maps. */
  Optional<PerfMap> openPerfMap(ProcessId process) {
    closeRetired();
    try {
      Optional<ProcessStatus> status = proc.status(process.pid());
      if (status.isEmpty() || !proc.isCurrent(process)) {
        return Optional.empty();
      }
      return Optional.of(new PerfMap(proc, status.get(), PerfMapLimits.DEFAULT, perfMapMemory));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Takes a perf-map that no process uses any more; the collecting thread closes it. */
  void retire(PerfMap perfMap) {
    retired.add(perfMap);
  }

  private void closeRetired() {
    for (PerfMap map = retired.poll(); map != null; map = retired.poll()) {
      map.close();
    }
  }

  void forgetSpace() {
    spaces.decrementAndGet();
  }

  @Override
  public SymbolizerStatistics statistics() {
    SymbolCacheStats stats = cache.stats();
    return new SymbolizerStatistics(
        files.openCount(),
        stats.bytes(),
        stats.files(),
        stats.hits(),
        stats.misses(),
        stats.evictions(),
        spaces.get());
  }

  @Override
  public void close() {
    files.close();
    closeRetired();
    try {
      perfMapMemory.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
