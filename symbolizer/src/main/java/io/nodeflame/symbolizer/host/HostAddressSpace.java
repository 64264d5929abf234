package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.AddressSpace;
import io.nodeflame.symbolizer.JavaCode;
import io.nodeflame.symbolizer.Location;
import io.nodeflame.symbolizer.PublishedService;
import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.process.MappingKind;
import io.nodeflame.symbolizer.process.MappingTable;
import io.nodeflame.symbolizer.process.ProcessId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The memory of a process that was read from {@code /proc}, or of a child of one. The mappings are
 * one immutable value that both threads read; the lock is for exchanging it, and is never held
 * while a name is looked for.
 */
final class HostAddressSpace implements AddressSpace {
  /** After an address that stays unknown, the next one has to wait twice as long. */
  private static final long MIN_REREAD_NANOS = 20_000_000;

  private static final long MAX_REREAD_NANOS = 1_000_000_000;

  /** At most this part of the sampling thread's time is for one process with many mappings. */
  private static final int REREAD_SHARE = 20;

  /** After the first read, while nothing is published: a JVM takes seconds to start its SDK. */
  private static final long[] LOOK_AFTER_NANOS = {
    1_000_000_000L, 4_000_000_000L, 15_000_000_000L, 60_000_000_000L
  };

  private final HostSymbolizer symbolizer;
  private final ProcessId process;
  private final boolean isChild;
  private final RunTimeCode runTimeCode;
  private final @Nullable HostJava java;
  private final long readNanos;
  private volatile MappedCode code;
  private volatile PublishedService service = PublishedService.NONE;

  /** Sampling thread. */
  private int looks;

  /** Collecting thread: when a name that is missing may be there, 0 for never. */
  private long nextRetry;

  // Guarded by this.
  private long nextReread;
  private long rereadNanos = MIN_REREAD_NANOS;
  private int generation;
  private boolean closed;

  /**
   * Takes over one use of the code's files.
   *
   * @param process the one that was read
   * @param isChild true for a child of it, of which no more can be learnt
   */
  HostAddressSpace(HostSymbolizer symbolizer, ProcessId process, boolean isChild, MappedCode code) {
    this.symbolizer = symbolizer;
    this.process = process;
    this.isChild = isChild;
    this.runTimeCode = symbolizer.runTimeCode(process);
    this.code = code;
    this.java = isChild ? null : new HostJava(symbolizer, process, () -> this.code);
    this.readNanos = symbolizer.nanoTime();
    this.nextReread = readNanos + MIN_REREAD_NANOS;
    if (isChild) {
      looks = LOOK_AFTER_NANOS.length; // a context is not inherited
    } else {
      readService(code.mappings().contextAddress());
    }
  }

  /** The same memory for a child that ended before it could be read. */
  synchronized HostAddressSpace child() {
    return new HostAddressSpace(symbolizer, process, true, code.share(symbolizer.nanoTime()));
  }

  @Override
  public boolean isGone() {
    return false;
  }

  @Override
  public boolean isCode(long address) {
    return code.mappings().find(address) >= 0 || rereadFor(address);
  }

  /** Reads the mappings again, unless that was done just now; true when they hold the address. */
  private synchronized boolean rereadFor(long address) {
    long now = symbolizer.nanoTime();
    if (closed || isChild || now - nextReread < 0) {
      return code.mappings().find(address) >= 0;
    }
    Optional<MappedCode> changed = symbolizer.reader().readChanged(process, code);
    if (changed.isPresent()) {
      MappedCode old = code;
      code = changed.get();
      generation++;
      old.release(now, false);
      readService(code.mappings().contextAddress());
    }
    boolean found = code.mappings().find(address) >= 0;
    rereadNanos = found ? MIN_REREAD_NANOS : Math.min(MAX_REREAD_NANOS, 2 * rereadNanos);
    long after = symbolizer.nanoTime();
    nextReread = after + Math.max(rereadNanos, REREAD_SHARE * (after - now));
    return found;
  }

  @Override
  public PublishedService service() {
    int due = looks;
    long waited = symbolizer.nanoTime() - readNanos;
    while (due < LOOK_AFTER_NANOS.length && waited >= LOOK_AFTER_NANOS[due]) {
      due++;
    }
    if (due > looks && service.equals(PublishedService.NONE)) {
      boolean isYoung = symbolizer.isYoung(process);
      looks = isYoung ? due : LOOK_AFTER_NANOS.length;
      readService(isYoung ? symbolizer.reader().contextAddress(process) : 0);
    }
    return service;
  }

  /** What was found stays, even when the process publishes something else later. */
  private void readService(long contextAddress) {
    if (contextAddress != 0 && service.equals(PublishedService.NONE)) {
      symbolizer.services().ask(process, contextAddress, found -> service = found);
    }
  }

  @Override
  public boolean isReturnAddressAtStackPointer(long pc) {
    MappedCode current = code;
    int mapping = current.mappings().find(pc);
    CodeFile file = mapping < 0 ? null : current.file(mapping);
    return file != null && symbolizer.isLeafAt(file, current.virtualAddress(mapping, pc));
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
    if (mapping < 0 && rereadFor(lookup)) {
      current = code;
      mapping = current.mappings().find(lookup);
    }
    if (mapping < 0) {
      return FrameNames.unknown("", UnnamedReason.NO_MAPPING);
    }
    MappingTable mappings = current.mappings();
    CodeFile file = current.file(mapping);
    if (file != null) {
      return inFile(file, current, mapping, lookup);
    }
    if (mappings.kind(mapping) == MappingKind.ANONYMOUS) {
      return isChild
          ? FrameNames.unnamedJit(UnnamedReason.PROCESS_GONE)
          : runTimeCode.locate(lookup);
    }
    return FrameNames.unnamedInFile(
        mappings.path(mapping),
        "",
        lookup - mappings.start(mapping) + mappings.fileOffset(mapping),
        current.reason(mapping));
  }

  private Location inFile(CodeFile file, MappedCode current, int mapping, long lookup) {
    long address = current.virtualAddress(mapping, lookup);
    Location known = symbolizer.names().known(file, address);
    if (known != null) {
      return known;
    }
    symbolizer.open(process, current.mappings(), mapping, file);
    Location location = symbolizer.names().inFile(file, address, symbolizer.rootOf(process));
    if (location.unnamed().isPresent()) {
      retryAt(file.retryNanos());
    }
    return location;
  }

  private void retryAt(long nanos) {
    if (nanos != 0 && (nextRetry == 0 || nanos - nextRetry < 0)) {
      nextRetry = nanos;
    }
  }

  /** Whether names that are missing have to be asked for again. */
  private boolean isRetryDue() {
    if (nextRetry == 0 || symbolizer.nanoTime() - nextRetry < 0) {
      return false;
    }
    nextRetry = 0;
    return true;
  }

  @Override
  public JavaCode java() {
    return java == null ? JavaCode.NONE : java;
  }

  @Override
  public int refresh() {
    symbolizer.sweep();
    if (java != null) {
      java.refresh();
    }
    boolean isDue = isRetryDue();
    boolean renamed = runTimeCode.refresh() || isDue;
    synchronized (this) {
      generation += renamed ? 1 : 0;
      return generation;
    }
  }

  /** For the sampling thread; the collecting one may still ask for names that are known. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      code.release(symbolizer.nanoTime(), isChild);
    }
    symbolizer.retire(runTimeCode);
    if (java != null) {
      java.close();
    }
  }
}
