package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.Location;
import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.perfmap.PageMemory;
import io.nodeflame.symbolizer.perfmap.PerfMap;
import io.nodeflame.symbolizer.perfmap.PerfMapLimits;
import io.nodeflame.symbolizer.process.ProcFs;
import io.nodeflame.symbolizer.process.ProcessId;
import io.nodeflame.symbolizer.process.ProcessStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Names for code that one process makes at run time, by its perf-map. Looked for once between two
 * refreshes, since a process may have thousands of such addresses. For the collecting thread, which
 * owns the memory of perf-maps.
 */
final class RunTimeCode {
  private final ProcFs proc;
  private final PageMemory memory;
  private final ReadingBudget budget;
  private final LongSupplier nanoTime;
  private final ProcessId process;
  private @Nullable PerfMap map;
  private boolean tried;
  private boolean wasRestarted;

  /**
   * @param memory of all processes
   * @param budget of all processes
   */
  RunTimeCode(
      ProcFs proc,
      PageMemory memory,
      ReadingBudget budget,
      LongSupplier nanoTime,
      ProcessId process) {
    this.proc = proc;
    this.memory = memory;
    this.budget = budget;
    this.nanoTime = nanoTime;
    this.process = process;
  }

  Location locate(long address) {
    try {
      return locateInMap(address);
    } catch (UncheckedIOException e) {
      restart(Objects.requireNonNull(e.getCause()));
      return FrameNames.unnamedJit(UnnamedReason.CACHE_FAILED);
    }
  }

  /** After a failure of the file that the names are in: they are read again, to other memory. */
  private void restart(IOException why) {
    memory.distrustFile(why);
    close();
    wasRestarted = true;
  }

  private Location locateInMap(long address) {
    if (map == null && !tried) {
      tried = true;
      map = open().orElse(null);
      if (map != null) {
        refresh(map);
      }
    }
    if (map == null) {
      return FrameNames.unnamedJit(UnnamedReason.PROCESS_GONE);
    }
    Optional<String> name = map.find(address);
    return name.isPresent()
        ? FrameNames.jit(name.get())
        : FrameNames.unnamedJit(map.reasonWithoutName());
  }

  private Optional<PerfMap> open() {
    try {
      Optional<ProcessStatus> status = proc.status(process.pid());
      return status.isPresent() && status.get().id().equals(process)
          ? Optional.of(new PerfMap(proc, status.get(), PerfMapLimits.DEFAULT, memory))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** True when names came or went, or the reason why there are none is another. */
  boolean refresh() {
    if (map == null) {
      boolean changed = wasRestarted;
      wasRestarted = false;
      tried = false;
      return changed;
    }
    UnnamedReason before = map.reasonWithoutName();
    try {
      boolean changed = refresh(map);
      return changed || map.reasonWithoutName() != before;
    } catch (UncheckedIOException e) {
      restart(Objects.requireNonNull(e.getCause()));
      return refresh();
    }
  }

  private boolean refresh(PerfMap known) {
    long before = known.bytesRead();
    boolean changed = known.refresh(budget.bytes(nanoTime.getAsLong()));
    budget.take(known.bytesRead() - before);
    return changed;
  }

  /** Gives the memory back; no further name is found. */
  void close() {
    tried = true;
    if (map != null) {
      map.close();
      map = null;
    }
  }
}
