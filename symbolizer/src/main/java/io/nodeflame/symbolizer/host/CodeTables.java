package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.bytes.MalformedException;
import io.nodeflame.symbolizer.callframe.CallFrameTable;
import io.nodeflame.symbolizer.callframe.CallFrames;
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
  private boolean hasLinkRegister;
  private boolean isGoOpened;
  private @Nullable PclnTable go;
  private boolean areFramesOpened;
  private @Nullable CallFrameTable frames;

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
      PclnTable table = go();
      return table == null ? Optional.empty() : table.find(address);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Source file in which a Go function begins, empty when it is not known. */
  synchronized String goFile(GoFunction function) {
    try {
      PclnTable table = go();
      return table == null
          ? ""
          : table.position(function.entry()).map(SourcePosition::file).orElse("");
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
      PclnTable table = go();
      if (table != null) {
        OptionalInt depth = table.stackDepth(address);
        if (depth.isPresent()) {
          return depth.getAsInt() == 0 && !hasLinkRegister;
        }
      }
      CallFrameTable rows = frames();
      return rows != null && rows.returnAddressAtStackPointer(address);
    } catch (MalformedException e) {
      return false;
    }
  }

  private @Nullable PclnTable go() throws IOException {
    if (hasGo && !isGoOpened) {
      try {
        ElfFile elf = ElfFile.parse(bytes);
        hasLinkRegister = elf.machine() == ElfFile.MACHINE_AARCH64;
        go = GoTables.find(elf).orElse(null);
      } catch (MalformedException e) {
        go = null;
      }
      isGoOpened = true;
    }
    return go;
  }

  private @Nullable CallFrameTable frames() throws IOException {
    if (!areFramesOpened) {
      try {
        frames = CallFrames.find(ElfFile.parse(bytes)).orElse(null);
      } catch (MalformedException e) {
        frames = null;
      }
      areFramesOpened = true;
    }
    return frames;
  }
}
