package io.nodeflame.symbolizer.perfmap;

import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.process.ContainerRoot;
import io.nodeflame.symbolizer.process.FileIdentity;
import io.nodeflame.symbolizer.process.FileOpening;
import io.nodeflame.symbolizer.process.FileRefusal;
import io.nodeflame.symbolizer.process.OpenPolicy;
import io.nodeflame.symbolizer.process.OpenedFile;
import io.nodeflame.symbolizer.process.ProcFs;
import io.nodeflame.symbolizer.process.ProcessStatus;
import io.nodeflame.symbolizer.process.RefusedFile;
import java.io.IOException;
import java.util.Optional;

/**
 * The perf-map of one process: {@code /tmp/perf-PID.map}, with the pid and the /tmp that the
 * process itself sees. It must be a regular file of the process's user or of root, reached without
 * a link at its end, and written since the process started.
 *
 * <p>A refresh reads what the file got since the last one; a file that shrank, was rewritten or
 * exchanged is read anew. When the file is deleted its entries stay. After an exec the process
 * needs a new object. Not for two threads at once, nor are two of one {@link PageMemory}.
 */
public final class PerfMap implements AutoCloseable {
  /** Clocks of files tick by the scheduler's jiffy, and start times are known to 20 ms. */
  private static final long CLOCK_TOLERANCE_MILLIS = 1000;

  private final ProcFs proc;
  private final ProcessStatus process;
  private final ContainerRoot root;
  private final String path;
  private final OpenPolicy policy;
  private final PageMemory memory;
  private final EntryTable table;
  private final PerfMapReader reader;

  private Optional<FileIdentity> known = Optional.empty();
  private boolean more;
  private boolean wasLookedFor;
  private PerfMapState state = PerfMapState.ABSENT;
  private Optional<FileRefusal> refusal = Optional.empty();

  /** Reads nothing yet. The memory stays the caller's. */
  public PerfMap(ProcFs proc, ProcessStatus process, PerfMapLimits limits, PageMemory memory)
      throws IOException {
    this.proc = proc;
    this.process = process;
    this.root = proc.containerRoot(process.id().pid());
    this.path = "/tmp/perf-" + process.namespacePid() + ".map";
    this.policy =
        OpenPolicy.atMost(Long.MAX_VALUE)
            .ownedBy(process.uid())
            .notBefore(proc.startMillis(process.id()) - CLOCK_TOLERANCE_MILLIS)
            .withoutLastLink();
    this.memory = memory;
    this.table = new EntryTable(memory, limits.maxEntries());
    this.reader = new PerfMapReader(limits, table);
  }

  /**
   * Looks at the file again, with a single look when nothing changed.
   *
   * @return true when entries came or went
   */
  public boolean refresh() {
    return refresh(Long.MAX_VALUE);
  }

  /**
   * As {@link #refresh()}, but reads no more than a part of the file when the limits allow more;
   * the next one goes on.
   */
  public boolean refresh(long maxBytes) {
    Optional<FileOpening> opening =
        known.isPresent() && !more
            ? root.openIfChanged(path, policy, known.get())
            : Optional.of(root.open(path, policy));
    if (opening.isEmpty()) {
      state = PerfMapState.READ;
      refusal = Optional.empty();
      return false;
    }
    if (opening.get() instanceof OpenedFile file) {
      return read(file, maxBytes);
    }
    if (opening.get() instanceof RefusedFile refused) {
      refuse(refused.reason());
    }
    return false;
  }

  /** The name of the code at the address: at most 4,096 bytes, without control characters. */
  public Optional<String> find(long address) {
    byte[] name = table.find(address);
    return name == null ? Optional.empty() : Optional.of(CodeName.of(name));
  }

  /** Why {@link #find} gave no name. What was seen of a process that is gone still counts. */
  public UnnamedReason reasonWithoutName() {
    return switch (state) {
      case ABSENT -> reasonWhenAbsent();
      case REFUSED -> UnnamedReason.PERF_MAP_REFUSED;
      case READ -> reasonWhenRead();
    };
  }

  private UnnamedReason reasonWhenAbsent() {
    if (table.size() > 0) {
      return UnnamedReason.NOT_IN_PERF_MAP;
    }
    return wasLookedFor ? UnnamedReason.NO_PERF_MAP : UnnamedReason.PROCESS_GONE;
  }

  private UnnamedReason reasonWhenRead() {
    if (reader.hasDroppedEntries()) {
      return memory.lacksFile() ? UnnamedReason.CACHE_FAILED : UnnamedReason.SYMBOLS_REFUSED;
    }
    boolean isGarbage = table.size() == 0 && reader.hasBadLines();
    return isGarbage || reader.isReadInPart()
        ? UnnamedReason.PERF_MAP_REFUSED
        : UnnamedReason.NOT_IN_PERF_MAP;
  }

  /** In the life of this object. */
  public long bytesRead() {
    return reader.bytesRead();
  }

  public PerfMapReport report() {
    return new PerfMapReport(
        state,
        refusal,
        table.size(),
        reader.bytesRead(),
        reader.skippedBytes(),
        reader.malformedLines(),
        reader.cutLines(),
        reader.droppedEntries(),
        reader.exhausted(),
        more);
  }

  /** Gives the pages back. */
  @Override
  public void close() {
    table.clear();
    known = Optional.empty();
  }

  private boolean read(OpenedFile file, long maxBytes) {
    try (file) {
      if (!proc.isCurrent(process.id())) {
        refuse(FileRefusal.PROCESS_GONE);
        return false;
      }
      state = PerfMapState.READ;
      wasLookedFor = true;
      refusal = Optional.empty();
      long before = reader.bytesRead();
      boolean same = known.filter(file.identity()::isSameFile).isPresent();
      if (!same || !reader.continues(file.bytes())) {
        reader.startOver(file.bytes().size());
      }
      more = reader.read(file.bytes(), maxBytes);
      known = Optional.of(file.identity());
      return reader.bytesRead() > before || !same;
    } catch (IOException e) {
      // It shrank under the read, or the disk failed: the next refresh begins anew.
      known = Optional.empty();
      more = false;
      refuse(FileRefusal.UNREADABLE);
      return true;
    }
  }

  private void refuse(FileRefusal reason) {
    refusal = reason == FileRefusal.ABSENT ? Optional.empty() : Optional.of(reason);
    if (reason != FileRefusal.PROCESS_GONE) {
      state = reason == FileRefusal.ABSENT ? PerfMapState.ABSENT : PerfMapState.REFUSED;
      wasLookedFor = true;
    }
  }
}
