package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.AddressSpace;
import io.nodeflame.symbolizer.Location;
import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.perfmap.PerfMap;
import io.nodeflame.symbolizer.process.MappingKind;
import io.nodeflame.symbolizer.process.MappingTable;
import io.nodeflame.symbolizer.process.ProcessId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The memory of a process that was read from {@code /proc}. */
final class HostAddressSpace implements AddressSpace {
  /** Mappings are read again for an unknown address at most this often, by the process's age. */
  private static final long MIN_REREAD_NANOS = 20_000_000;

  private static final long MAX_REREAD_NANOS = 1_000_000_000;
  private static final int LEAF_CACHE_SLOTS = 512;

  private final HostSymbolizer symbolizer;
  private final ProcessId process;
  private final String name;
  private volatile MappedCode code;
  private long nextReread;
  private long rereadNanos = MIN_REREAD_NANOS;
  private int generation;
  private boolean closed;

  // Sampling thread: answers for leaf addresses, the answer in the lowest bit of the value.
  private final long[] leafCache = new long[LEAF_CACHE_SLOTS];

  private @Nullable PerfMap perfMap;

  HostAddressSpace(HostSymbolizer symbolizer, ProcessId process, String name, MappedCode code) {
    this.symbolizer = symbolizer;
    this.process = process;
    this.name = name;
    this.code = code;
    this.nextReread = System.nanoTime() + MIN_REREAD_NANOS;
  }

  MappedCode code() {
    return code;
  }

  String name() {
    return name;
  }

  @Override
  public boolean isGone() {
    return code == MappedCode.EMPTY;
  }

  @Override
  public boolean isCode(long address) {
    return code.mappings().find(address) >= 0 || (reread() && code.mappings().find(address) >= 0);
  }

  /** Reads the mappings again, unless that was done just now; true when they have changed. */
  private synchronized boolean reread() {
    long now = System.nanoTime();
    if (closed || now - nextReread < 0) {
      return false;
    }
    Optional<MappedCode> changed = symbolizer.rereadCode(process, code);
    // What stays unknown is asked for less and less often.
    rereadNanos = Math.min(MAX_REREAD_NANOS, 2 * rereadNanos);
    nextReread = now + rereadNanos;
    if (changed.isEmpty()) {
      return false;
    }
    MappedCode old = code;
    code = changed.get();
    generation++;
    old.release();
    return true;
  }

  @Override
  public boolean isReturnAddressAtStackPointer(long pc) {
    MappedCode current = code;
    int mapping = current.mappings().find(pc);
    CodeFile file = mapping < 0 ? null : current.file(mapping);
    if (file == null) {
      return false;
    }
    int slot = (int) ((pc ^ (pc >>> 9) ^ (pc >>> 18)) & (LEAF_CACHE_SLOTS - 1));
    if (leafCache[slot] >>> 1 == pc) {
      return (leafCache[slot] & 1) != 0;
    }
    boolean answer = file.isReturnAddressAtStackPointer(current.virtualAddress(mapping, pc));
    leafCache[slot] = pc << 1 | (answer ? 1 : 0);
    return answer;
  }

  @Override
  public boolean switchesStacks() {
    return code.hasGo();
  }

  @Override
  public Location locate(long address, boolean isReturnAddress) {
    long lookup = isReturnAddress ? address - 1 : address;
    MappedCode current = code;
    int mapping = current.mappings().find(lookup);
    if (mapping < 0 && reread()) {
      current = code;
      mapping = current.mappings().find(lookup);
    }
    if (mapping < 0) {
      return FrameNames.unknown(name, UnnamedReason.NO_MAPPING);
    }
    MappingTable mappings = current.mappings();
    MappingKind kind = mappings.kind(mapping);
    CodeFile file = current.file(mapping);
    if (file != null) {
      return symbolizer
          .names()
          .inFile(
              file,
              current.virtualAddress(mapping, address),
              current.virtualAddress(mapping, lookup),
              symbolizer.rootOf(process));
    }
    if (kind == MappingKind.ANONYMOUS) {
      return locateRunTimeCode(lookup);
    }
    return FrameNames.unnamedInFile(
        mappings.path(mapping),
        "",
        lookup - mappings.start(mapping) + mappings.fileOffset(mapping),
        current.reason(mapping));
  }

  private synchronized Location locateRunTimeCode(long address) {
    if (perfMap == null && !closed) {
      perfMap = symbolizer.openPerfMap(process).orElse(null);
      if (perfMap != null) {
        perfMap.refresh();
      }
    }
    if (perfMap == null) {
      return FrameNames.unnamedJit(UnnamedReason.NO_PERF_MAP);
    }
    Optional<String> found = perfMap.find(address);
    return found.isPresent()
        ? FrameNames.jit(found.get())
        : FrameNames.unnamedJit(perfMap.reasonWithoutName());
  }

  @Override
  public synchronized int refresh() {
    if (perfMap != null && perfMap.refresh()) {
      generation++;
    }
    return generation;
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    code.release();
    if (perfMap != null) {
      symbolizer.retire(perfMap);
      perfMap = null;
    }
    symbolizer.forgetSpace();
  }
}
