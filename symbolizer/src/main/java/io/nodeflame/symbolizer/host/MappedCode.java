package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.process.MappingKind;
import io.nodeflame.symbolizer.process.MappingTable;
import org.jspecify.annotations.Nullable;

/**
 * The executable mappings of a process as they were at one moment, with the file behind each and
 * its bias: virtual address in the file = address in the process - bias. Immutable.
 */
final class MappedCode {
  private final MappingTable mappings;
  private final @Nullable CodeFile[] files;
  private final @Nullable UnnamedReason[] reasons;
  private final long[] biases;
  private final MappingBudget budget;

  /** Takes ownership of the arrays, of one use of each file, and of its part of the budget. */
  MappedCode(
      MappingTable mappings,
      @Nullable CodeFile[] files,
      @Nullable UnnamedReason[] reasons,
      long[] biases,
      MappingBudget budget) {
    this.mappings = mappings;
    this.files = files;
    this.reasons = reasons;
    this.biases = biases;
    this.budget = budget;
  }

  /** The same once more, for a process with the same memory: nothing is copied. */
  MappedCode share(long nowNanos) {
    for (CodeFile file : files) {
      if (file != null) {
        file.addUser(nowNanos);
      }
    }
    return this;
  }

  /**
   * @param isShared true when another process keeps the mappings themselves
   */
  void release(long nowNanos, boolean isShared) {
    if (!isShared) {
      budget.giveBack(mappings.size());
    }
    for (CodeFile file : files) {
      if (file != null) {
        file.removeUser(nowNanos);
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

  /** Of the file behind a mapping. */
  long bias(int mapping) {
    return biases[mapping];
  }

  long virtualAddress(int mapping, long address) {
    return address - biases[mapping];
  }

  boolean hasGo() {
    for (CodeFile file : files) {
      if (file != null && file.hasGo()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether mappings read later are those of the same program, which has not called exec since: the
   * kernel's image stays where it is, and not every file goes.
   */
  boolean isSameProgram(MappingTable later) {
    long kernelImage = kernelImage(mappings);
    return kernelImage == kernelImage(later) && (!hasFile(mappings) || sharesFile(later));
  }

  private static long kernelImage(MappingTable table) {
    for (int i = table.size() - 1; i >= 0; i--) {
      if (table.kind(i) == MappingKind.VDSO) {
        return table.start(i);
      }
    }
    return 0;
  }

  private static boolean hasFile(MappingTable table) {
    for (int i = 0; i < table.size(); i++) {
      if (table.kind(i) == MappingKind.FILE) {
        return true;
      }
    }
    return false;
  }

  private boolean sharesFile(MappingTable later) {
    for (int i = 0; i < mappings.size(); i++) {
      int same = later.find(mappings.start(i));
      if (mappings.kind(i) == MappingKind.FILE
          && same >= 0
          && later.start(same) == mappings.start(i)
          && later.fileOffset(same) == mappings.fileOffset(i)
          && later.path(same).equals(mappings.path(i))) {
        return true;
      }
    }
    return false;
  }
}
