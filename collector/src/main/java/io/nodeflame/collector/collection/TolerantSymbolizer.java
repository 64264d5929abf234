package io.nodeflame.collector.collection;

import io.nodeflame.symbolizer.AddressSpace;
import io.nodeflame.symbolizer.ExecutableIdentity;
import io.nodeflame.symbolizer.FrameKind;
import io.nodeflame.symbolizer.JavaCode;
import io.nodeflame.symbolizer.Location;
import io.nodeflame.symbolizer.PublishedService;
import io.nodeflame.symbolizer.SourceLine;
import io.nodeflame.symbolizer.Symbolizer;
import io.nodeflame.symbolizer.SymbolizerStatistics;
import io.nodeflame.symbolizer.UnnamedReason;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the threads alive when the symbolizer has a fault: the frames in question are without a
 * name, with a counted reason, and the log says why. One process's odd bytes must not blind the
 * node.
 */
final class TolerantSymbolizer implements Symbolizer {
  private final Symbolizer symbolizer;
  private final FaultLog log;

  TolerantSymbolizer(Symbolizer symbolizer, FaultLog log) {
    this.symbolizer = symbolizer;
    this.log = log;
  }

  @Override
  public AddressSpace read(int pid, long startTicks) {
    return guard("reading a process", () -> symbolizer.read(pid, startTicks));
  }

  @Override
  public AddressSpace inherit(AddressSpace parent) {
    AddressSpace inner = parent instanceof Space space ? space.inner : parent;
    return inner == null
        ? new Space(null)
        : guard("inheriting a process", () -> symbolizer.inherit(inner));
  }

  @Override
  public AddressSpace ofExecutable(ExecutableIdentity executable) {
    return guard("describing an executable", () -> symbolizer.ofExecutable(executable));
  }

  private AddressSpace guard(String what, Supplier<AddressSpace> reading) {
    return new Space(attempt(what, reading, null));
  }

  @Override
  public Location kernel(long address) {
    Location failed = failed(FrameKind.KERNEL);
    Location found = attempt("naming a kernel address", () -> symbolizer.kernel(address), failed);
    return found == null ? failed : found;
  }

  static Location failed(FrameKind kind) {
    SourceLine line = new SourceLine("[symbolizer failed]", "", 0);
    return new Location(kind, "", "", List.of(line), Optional.of(UnnamedReason.SYMBOLIZER_FAILED));
  }

  private <T> @Nullable T attempt(String what, Supplier<T> doing, @Nullable T otherwise) {
    try {
      return doing.get();
    } catch (RuntimeException e) {
      log.fault(what, e);
      return otherwise;
    }
  }

  @Override
  public SymbolizerStatistics statistics() {
    return symbolizer.statistics();
  }

  @Override
  public void close() {
    symbolizer.close();
  }

  /**
   * An address space whose faults are answers; what runs for each sample allocates nothing. Null
   * inside when not even reading it worked.
   */
  private final class Space implements AddressSpace {
    private final @Nullable AddressSpace inner;

    Space(@Nullable AddressSpace inner) {
      this.inner = inner;
    }

    @Override
    public boolean isGone() {
      return inner != null && inner.isGone();
    }

    @Override
    public boolean isCode(long address) {
      try {
        return inner != null && inner.isCode(address);
      } catch (RuntimeException e) {
        log.fault("looking for code", e);
        return false;
      }
    }

    @Override
    public boolean isReturnAddressAtStackPointer(long pc) {
      try {
        return inner != null && inner.isReturnAddressAtStackPointer(pc);
      } catch (RuntimeException e) {
        log.fault("reading a call frame", e);
        return false;
      }
    }

    @Override
    public PublishedService service() {
      try {
        return inner == null ? PublishedService.NONE : inner.service();
      } catch (RuntimeException e) {
        log.fault("looking for a published service", e);
        return PublishedService.NONE;
      }
    }

    @Override
    public boolean switchesStacks() {
      AddressSpace space = inner;
      return space != null
          && Boolean.TRUE.equals(attempt("looking for Go", space::switchesStacks, false));
    }

    @Override
    public Location locate(long address, boolean isReturnAddress) {
      AddressSpace space = inner;
      Location failed = failed(FrameKind.NATIVE);
      if (space == null) {
        return failed;
      }
      Location found =
          attempt("naming an address", () -> space.locate(address, isReturnAddress), failed);
      return found == null ? failed : found;
    }

    @Override
    public int refresh() {
      AddressSpace space = inner;
      Integer version = space == null ? null : attempt("refreshing names", space::refresh, 0);
      return version == null ? 0 : version;
    }

    @Override
    public JavaCode java() {
      AddressSpace space = inner;
      JavaCode java = space == null ? null : attempt("looking for Java", space::java, null);
      return java == null ? JavaCode.NONE : new TolerantJava(java, log);
    }

    @Override
    public void close() {
      if (inner != null) {
        try {
          inner.close();
        } catch (RuntimeException e) {
          log.fault("closing a process", e);
        }
      }
    }
  }
}
