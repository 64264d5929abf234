package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.process.Mapping;
import io.nodeflame.symbolizer.process.MappingKind;
import io.nodeflame.symbolizer.process.MappingTable;
import io.nodeflame.symbolizer.process.ProcFs;
import io.nodeflame.symbolizer.process.ProcessId;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the executable mappings of processes and opens the files behind them. */
final class CodeReader {
  /** A process may map many thousands of files; the sampling thread must not wait for them. */
  private static final int MAX_OPENED = 256;

  private final ProcFs proc;
  private final CodeFiles files;
  private final KernelImages images;
  private final MappingBudget budget = new MappingBudget();

  CodeReader(ProcFs proc, CodeFiles files, KernelImages images) {
    this.proc = proc;
    this.files = files;
    this.images = images;
  }

  /** The code of a process, or why it is not known. */
  record Read(@Nullable MappedCode code, UnnamedReason reason) {}

  /** Kernel threads and zombies count as gone. */
  Read read(ProcessId process) {
    Optional<MappingTable> mappings;
    try {
      mappings = proc.mappings(process.pid());
    } catch (IOException e) {
      return new Read(null, UnnamedReason.PROCESS_UNREADABLE);
    }
    if (mappings.isEmpty() || mappings.get().size() == 0 || !proc.isCurrent(process)) {
      return new Read(null, UnnamedReason.PROCESS_GONE);
    }
    return budget.take(mappings.get().size())
        ? new Read(open(process, mappings.get()), UnnamedReason.NO_MAPPING)
        : new Read(null, UnnamedReason.SYMBOLS_REFUSED);
  }

  /**
   * The code as it is now, when it is not what it was before.
   *
   * @return empty also when the process is gone, or runs another program by now
   */
  Optional<MappedCode> readChanged(ProcessId process, MappedCode before) {
    try {
      Optional<MappingTable> mappings = proc.mappings(process.pid());
      if (mappings.isEmpty()
          || mappings.get().size() == 0
          || mappings.get().hasSameMappings(before.mappings())
          || !before.isSameProgram(mappings.get())
          || !proc.isCurrent(process)
          || !budget.take(mappings.get().size())) {
        return Optional.empty();
      }
      return Optional.of(open(process, mappings.get()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Where the process context begins; 0 when there is none, or the process is another by now. */
  long contextAddress(ProcessId process) {
    try {
      Optional<MappingTable> mappings = proc.mappings(process.pid());
      return mappings.isPresent() && proc.isCurrent(process) ? mappings.get().contextAddress() : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  private MappedCode open(ProcessId process, MappingTable mappings) {
    int size = mappings.size();
    @Nullable CodeFile[] code = new CodeFile[size];
    @Nullable UnnamedReason[] reasons = new UnnamedReason[size];
    long[] biases = new long[size];
    int openedBefore = files.openedCount();
    for (int i = 0; i < size; i++) {
      MappingKind kind = mappings.kind(i);
      if (kind == MappingKind.FILE) {
        boolean mayOpen = files.openedCount() - openedBefore < MAX_OPENED;
        CodeFiles.Entry entry = files.acquire(process, mappings.get(i), mayOpen);
        code[i] = entry.file();
        reasons[i] = entry.reason();
      } else if (kind == MappingKind.VDSO) {
        KernelImages.Found found = images.of(process, mappings.get(i));
        code[i] = found.file();
        reasons[i] = found.reason();
        if (found.file() != null) {
          found.file().addUser(0);
        }
      }
      biases[i] = bias(code[i], mappings.get(i));
    }
    return new MappedCode(mappings, code, reasons, biases, budget);
  }

  private static long bias(@Nullable CodeFile file, Mapping mapping) {
    if (file == null) {
      return 0;
    }
    return mapping.start()
        - file.segments()
            .virtualAddressOf(mapping.fileOffset(), mapping.end() - mapping.start())
            .orElse(mapping.fileOffset());
  }
}
