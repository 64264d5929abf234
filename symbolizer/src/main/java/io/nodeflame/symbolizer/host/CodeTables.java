package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.bytes.MalformedException;
import io.nodeflame.symbolizer.callframe.CallFrameTable;
import io.nodeflame.symbolizer.elf.ElfFile;
import io.nodeflame.symbolizer.go.GoFunction;
import io.nodeflame.symbolizer.go.PclnTable;
import io.nodeflame.symbolizer.go.SourcePosition;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The tables of one file that are searched where they lie: Go's functions and the call frame
 * entries, each opened when first asked for. Holds read buffers of 100 KB or so, and is therefore
 * kept for few files. Both threads use it; no call takes longer than opening one table.
 */
final class CodeTables {
  private final ByteSource bytes;
  private final boolean hasGo;
  private @Nullable Optional<PclnTable> go;
  private boolean hasLinkRegister;
  private @Nullable Optional<CallFrameTable> frames;

  /**
   * @param bytes the whole file, which may be closed and come back
   */
  CodeTables(ByteSource bytes, boolean hasGo) {
    this.bytes = bytes;
    this.hasGo = hasGo;
  }

  /** The Go function at a virtual address, if the table knows it. */
  synchronized Optional<GoFunction> goFunction(long address) {
    try {
      Optional<PclnTable> table = go();
      return table.isEmpty() ? Optional.empty() : table.get().find(address);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Source file in which a Go function begins, empty when it is not known. */
  synchronized String goFile(GoFunction function) {
    try {
      Optional<PclnTable> table = go();
      return table.isEmpty()
          ? ""
          : table.get().position(function.entry()).map(SourcePosition::file).orElse("");
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * Whether the return address lies at the stack pointer when this instruction is next.
   *
   * @throws IOException when the file cannot be read now: the answer may be another later
   */
  synchronized boolean isReturnAddressAtStackPointer(long address) throws IOException {
    try {
      Optional<PclnTable> table = go();
      if (table.isPresent()) {
        OptionalInt depth = table.get().stackDepth(address);
        if (depth.isPresent()) {
          return depth.getAsInt() == 0 && !hasLinkRegister;
        }
      }
      Optional<CallFrameTable> rows = frames();
      return rows.isPresent() && rows.get().returnAddressAtStackPointer(address);
    } catch (MalformedException e) {
      return false;
    }
  }

  private Optional<PclnTable> go() throws IOException {
    Optional<PclnTable> known = go;
    if (known == null) {
      try {
        known = hasGo ? openGo(ElfFile.parse(bytes)) : Optional.empty();
      } catch (MalformedException e) {
        known = Optional.empty();
      }
      go = known;
    }
    return known;
  }

  private Optional<PclnTable> openGo(ElfFile elf) throws IOException {
    hasLinkRegister = elf.machine() == ElfFile.MACHINE_AARCH64;
    return GoTables.find(elf);
  }

  private Optional<CallFrameTable> frames() throws IOException {
    Optional<CallFrameTable> known = frames;
    if (known == null) {
      try {
        known = CallFrames.find(ElfFile.parse(bytes));
      } catch (MalformedException e) {
        known = Optional.empty();
      }
      frames = known;
    }
    return known;
  }
}
