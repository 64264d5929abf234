package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.process.MappingKind;
import io.nodeflame.symbolizer.process.MappingTable;
import io.nodeflame.symbolizer.process.ProcessId;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The executable mappings of a process as they were at one moment, with the file behind each and
 * its bias: virtual address in the file = address in the process - bias. Immutable.
 */
final class MappedCode {
  static final MappedCode EMPTY =
      new MappedCode(MappingTable.EMPTY, new CodeFile[0], new UnnamedReason[0], new long[0]);

  private final MappingTable mappings;
  private final @Nullable CodeFile[] files;
  private final @Nullable UnnamedReason[] reasons;
  private final long[] biases;

  private MappedCode(
      MappingTable mappings,
      @Nullable CodeFile[] files,
      @Nullable UnnamedReason[] reasons,
      long[] biases) {
    this.mappings = mappings;
    this.files = files;
    this.reasons = reasons;
    this.biases = biases;
  }

  /** Opens the files behind the mappings, as far as they are new; uses each until released. */
  static MappedCode of(ProcessId process, MappingTable mappings, CodeFiles codeFiles) {
    int size = mappings.size();
    @Nullable CodeFile[] files = new CodeFile[size];
    @Nullable UnnamedReason[] reasons = new UnnamedReason[size];
    long[] biases = new long[size];
    for (int i = 0; i < size; i++) {
      MappingKind kind = mappings.kind(i);
      if (kind != MappingKind.FILE && kind != MappingKind.VDSO) {
        continue;
      }
      CodeFiles.Entry entry = codeFiles.acquire(process, mappings.get(i));
      reasons[i] = entry.reason();
      CodeFile file = entry.file().orElse(null);
      if (file == null) {
        continue;
      }
      OptionalLong first =
          file.virtualAddressOf(mappings.fileOffset(i), mappings.end(i) - mappings.start(i));
      files[i] = file;
      biases[i] = mappings.start(i) - first.orElse(mappings.fileOffset(i));
    }
    return new MappedCode(mappings, files, reasons, biases);
  }

  /** The same files once more, for a process with the same memory. */
  MappedCode share() {
    for (CodeFile file : files) {
      if (file != null) {
        file.addUser();
      }
    }
    return this;
  }

  void release() {
    for (CodeFile file : files) {
      if (file != null) {
        file.removeUser();
      }
    }
  }

  MappingTable mappings() {
    return mappings;
  }

  /** Null for memory without a file, and for files that cannot be used. */
  @Nullable CodeFile file(int mapping) {
    return files[mapping];
  }

  /** Why there is no file. */
  UnnamedReason reason(int mapping) {
    UnnamedReason reason = reasons[mapping];
    return reason == null ? UnnamedReason.NO_PERF_MAP : reason;
  }

  long virtualAddress(int mapping, long address) {
    return address - biases[mapping];
  }

  boolean hasGo() {
    for (CodeFile file : files) {
      if (file != null && file.isGo()) {
        return true;
      }
    }
    return false;
  }
}
