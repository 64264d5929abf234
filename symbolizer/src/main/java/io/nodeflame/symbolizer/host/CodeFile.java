package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.bytes.MalformedException;
import io.nodeflame.symbolizer.callframe.CallFrameTable;
import io.nodeflame.symbolizer.elf.ElfFile;
import io.nodeflame.symbolizer.elf.ElfSegment;
import io.nodeflame.symbolizer.go.GoFunction;
import io.nodeflame.symbolizer.go.PclnTable;
import io.nodeflame.symbolizer.go.SourcePosition;
import io.nodeflame.symbolizer.process.FileIdentity;
import io.nodeflame.symbolizer.symbols.FileKey;
import io.nodeflame.symbolizer.symbols.FileOpener;
import io.nodeflame.symbolizer.symbols.SymbolTable;
import io.nodeflame.symbolizer.symbols.SymbolTables;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One ELF file with code, shared by all processes that map it. Tables are opened when they are
 * first asked for. Safe for the sampling and the collecting thread.
 */
final class CodeFile {
  private final ReplaceableBytes bytes;
  private final ElfFile elf;
  private final FileIdentity identity;
  private final String path;
  private final String buildId;
  private @Nullable SymbolTable symbols;
  private @Nullable Optional<PclnTable> goTable;
  private @Nullable Optional<CallFrameTable> frames;
  private int users;

  private CodeFile(
      ReplaceableBytes bytes, ElfFile elf, FileIdentity identity, String path, String buildId) {
    this.bytes = bytes;
    this.elf = elf;
    this.identity = identity;
    this.path = path;
    this.buildId = buildId;
  }

  /**
   * Parses the headers. The file is this object's from now on, also when that fails.
   *
   * @param path as a process names it
   */
  static CodeFile parse(ByteSource file, FileIdentity identity, String path) throws IOException {
    ReplaceableBytes bytes = new ReplaceableBytes(file);
    try {
      ElfFile elf = ElfFile.parse(bytes);
      return new CodeFile(bytes, elf, identity, path, elf.buildId().orElse(""));
    } catch (IOException e) {
      bytes.close();
      throw e;
    }
  }

  FileIdentity identity() {
    return identity;
  }

  String path() {
    return path;
  }

  /** Lower-case hex, empty when the file has none. */
  String buildId() {
    return buildId;
  }

  /** Virtual address of the first byte of an executable mapping. */
  OptionalLong virtualAddressOf(long fileOffset, long mappingLength) {
    return elf.virtualAddressOfCode(fileOffset, mappingLength);
  }

  /** Lowest virtual address of an executable segment: what {@code mm->start_code} shows. */
  OptionalLong lowestCodeAddress() {
    return elf.segments().stream()
        .filter(segment -> segment.isLoaded() && segment.isExecutable())
        .mapToLong(ElfSegment::address)
        .min();
  }

  /** Whether a virtual address is in an executable segment. */
  boolean isCode(long address) {
    for (ElfSegment segment : elf.segments()) {
      long offset = address - segment.address();
      if (segment.isLoaded()
          && segment.isExecutable()
          && offset >= 0
          && offset < segment.memorySize()) {
        return true;
      }
    }
    return false;
  }

  synchronized void addUser() {
    users++;
  }

  /** With the last user the file is closed; what was read of it stays. */
  synchronized void removeUser() {
    users--;
    if (users == 0) {
      close();
    }
  }

  synchronized boolean isInUse() {
    return users > 0;
  }

  synchronized boolean isOpen() {
    return bytes.isOpen();
  }

  /** Takes the same content over, opened again. */
  synchronized void reopen(ByteSource again) throws IOException {
    bytes.replace(again);
  }

  /** The name of the function at a virtual address, as the linker has it, if any. */
  synchronized Optional<String> rawName(long address, SymbolTables tables, FileOpener root) {
    SymbolTable table = symbols(tables, root);
    int index = table.indexOf(address);
    return index < 0 ? Optional.empty() : Optional.of(table.name(index));
  }

  /** Why {@link #rawName} found none. */
  synchronized UnnamedReason reasonWithoutName(SymbolTables tables, FileOpener root) {
    return symbols(tables, root).unnamedReason();
  }

  private SymbolTable symbols(SymbolTables tables, FileOpener root) {
    SymbolTable known = symbols;
    if (known == null) {
      FileKey key =
          FileKey.of(
              buildId,
              identity.device(),
              identity.inode(),
              identity.size(),
              identity.modifiedNanos());
      known = tables.load(key, elf, path, root, List.of());
      symbols = known;
    }
    return known;
  }

  synchronized boolean isGo() {
    return goTable().isPresent();
  }

  /** The Go function at a virtual address, if this file has a Go function table that knows it. */
  synchronized Optional<GoFunction> goFunction(long address) {
    Optional<PclnTable> table = goTable();
    if (table.isEmpty()) {
      return Optional.empty();
    }
    try {
      return table.get().find(address);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Source file in which a Go function begins, empty when it is not known. */
  synchronized String goFile(GoFunction function) {
    Optional<PclnTable> table = goTable();
    if (table.isEmpty()) {
      return "";
    }
    try {
      return table.get().position(function.entry()).map(SourcePosition::file).orElse("");
    } catch (IOException e) {
      return "";
    }
  }

  /** Whether the return address lies at the stack pointer when this instruction is next. */
  synchronized boolean isReturnAddressAtStackPointer(long address) {
    try {
      Optional<PclnTable> table = goTable();
      if (table.isPresent()) {
        var depth = table.get().stackDepth(address);
        if (depth.isPresent()) {
          return depth.getAsInt() == 0;
        }
      }
      Optional<CallFrameTable> rows = frames();
      return rows.isPresent() && rows.get().returnAddressAtStackPointer(address);
    } catch (IOException e) {
      return false;
    }
  }

  private Optional<PclnTable> goTable() {
    Optional<PclnTable> known = goTable;
    if (known == null) {
      try {
        known = GoTables.find(elf);
      } catch (MalformedException e) {
        known = Optional.empty();
      } catch (IOException e) {
        return Optional.empty(); // not readable now; the next process may bring the file back
      }
      goTable = known;
    }
    return known;
  }

  private Optional<CallFrameTable> frames() {
    Optional<CallFrameTable> known = frames;
    if (known == null) {
      try {
        known = CallFrames.find(elf);
      } catch (MalformedException e) {
        known = Optional.empty();
      } catch (IOException e) {
        return Optional.empty();
      }
      frames = known;
    }
    return known;
  }

  /** Gives the symbol table back; for a file that is not in use. */
  synchronized void release() {
    close();
    if (symbols != null) {
      symbols.close();
      symbols = null;
    }
  }

  private void close() {
    try {
      bytes.close();
    } catch (IOException e) {
      // A file opened for reading: nothing is lost.
    }
  }
}
