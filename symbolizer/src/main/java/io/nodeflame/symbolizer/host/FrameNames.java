package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.FrameKind;
import io.nodeflame.symbolizer.Location;
import io.nodeflame.symbolizer.SourceLine;
import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.demangle.Demangler;
import io.nodeflame.symbolizer.demangle.SafeName;
import io.nodeflame.symbolizer.demangle.Style;
import io.nodeflame.symbolizer.go.GoFunction;
import io.nodeflame.symbolizer.kernel.KernelName;
import io.nodeflame.symbolizer.symbols.FileOpener;
import io.nodeflame.symbolizer.symbols.SymbolTable;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Makes locations: names are demangled and cleaned here, since they are hostile text. */
final class FrameNames {
  private static final String KERNEL = "[kernel]";
  private static final String JIT = "[jit]";

  private final SymbolLoader loader;
  private final OpenTables tables;
  private final Style style;
  private final LongSupplier nanoTime;

  FrameNames(SymbolLoader loader, OpenTables tables, Style style, LongSupplier nanoTime) {
    this.loader = loader;
    this.tables = tables;
    this.style = style;
    this.nanoTime = nanoTime;
  }

  /**
   * A virtual address of a file.
   *
   * @param address as the stack has it
   * @param lookup inside the call instruction, for a return address
   */
  Location inFile(CodeFile file, long address, long lookup, FileOpener root) {
    if (file.hasGo()) {
      CodeTables goTables = tables.of(file);
      Optional<GoFunction> go = goTables.goFunction(lookup);
      if (go.isPresent()) {
        String name = SafeName.of(go.get().name());
        return named(FrameKind.GO, file, address, name, SafeName.of(goTables.goFile(go.get())));
      }
    }
    SymbolTable symbols = file.symbols(loader, root, nanoTime.getAsLong());
    int index = symbols.indexOf(lookup);
    String raw = index < 0 ? "" : symbols.name(index);
    if (raw.isEmpty()) {
      return unnamedInFile(file.path(), file.buildId(), lookup, symbols.unnamedReason());
    }
    String name = SafeName.of(Demangler.demangle(raw, style));
    return named(FrameKind.NATIVE, file, address, name, "");
  }

  private static Location named(
      FrameKind kind, CodeFile file, long address, String name, String sourceFile) {
    return new Location(
        kind,
        SafeName.of(file.path()),
        file.buildId(),
        address,
        List.of(new SourceLine(name, sourceFile, 0)),
        Optional.empty());
  }

  /** An address of a file without a name: {@code file+0xoffset}. */
  static Location unnamedInFile(String path, String buildId, long address, UnnamedReason reason) {
    String mapping = SafeName.of(path);
    String name =
        mapping.substring(mapping.lastIndexOf('/') + 1) + "+0x" + Long.toHexString(address);
    return unnamed(FrameKind.NATIVE, mapping, buildId, address, name, reason);
  }

  /** Code made at run time, named by the process's perf-map. */
  static Location jit(String name) {
    SourceLine line = new SourceLine(SafeName.of(name), "", 0);
    return new Location(FrameKind.JIT, "", "", 0, List.of(line), Optional.empty());
  }

  /** Run-time code without a name: its address means nothing to anybody and is left out. */
  static Location unnamedJit(UnnamedReason reason) {
    return unnamed(FrameKind.JIT, "", "", 0, JIT, reason);
  }

  /** An address that is in no mapping, or in a process that could not be read in time. */
  static Location unknown(String mapping, UnnamedReason reason) {
    String name =
        switch (reason) {
          case PROCESS_GONE -> SafeName.of(mapping) + " [gone]";
          case PROCESS_UNREADABLE, SYMBOLS_REFUSED -> "[unreadable]";
          default -> "[no mapping]";
        };
    return unnamed(FrameKind.NATIVE, SafeName.of(mapping), "", 0, name, reason);
  }

  static Location kernel(KernelName found) {
    String mapping = found.module().isEmpty() ? "" : "[" + SafeName.of(found.module()) + "]";
    if (found.unnamed().isPresent()) {
      return unnamed(FrameKind.KERNEL, mapping, "", 0, KERNEL, found.unnamed().get());
    }
    SourceLine line = new SourceLine(SafeName.of(found.name()), "", 0);
    return new Location(FrameKind.KERNEL, mapping, "", 0, List.of(line), Optional.empty());
  }

  private static Location unnamed(
      FrameKind kind,
      String mapping,
      String buildId,
      long address,
      String name,
      UnnamedReason reason) {
    SourceLine line = new SourceLine(name, "", 0);
    return new Location(kind, mapping, buildId, address, List.of(line), Optional.of(reason));
  }
}
