package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.FrameKind;
import io.nodeflame.symbolizer.Location;
import io.nodeflame.symbolizer.SourceLine;
import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.demangle.Demangler;
import io.nodeflame.symbolizer.demangle.SafeName;
import io.nodeflame.symbolizer.demangle.Style;
import io.nodeflame.symbolizer.kernel.KernelName;
import io.nodeflame.symbolizer.symbols.FileOpener;
import io.nodeflame.symbolizer.symbols.Symbol;
import io.nodeflame.symbolizer.symbols.SymbolTable;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes locations: names are demangled and cleaned here, since they are hostile text. */
final class FrameNames {
  private static final String KERNEL = "[kernel]";
  private static final String JIT = "[jit]";

  private final SymbolLoader loader;
  private final OpenTables tables;
  private final NamedAddresses named;
  private final Style style;
  private final LongSupplier nanoTime;

  FrameNames(SymbolLoader loader, OpenTables tables, Style style, LongSupplier nanoTime) {
    this.loader = loader;
    this.tables = tables;
    this.named = tables.named();
    this.style = style;
    this.nanoTime = nanoTime;
  }

  /** The name that an address of a file got before; null when it has to be looked for. */
  @Nullable Location known(CodeFile file, long address) {
    return named.find(file, address);
  }

  /** A virtual address of a file: inside the call instruction, where the stack has a return. */
  Location inFile(CodeFile file, long address, FileOpener root) {
    Optional<Location> go = file.hasGo() ? inGo(file, address) : Optional.empty();
    return go.orElseGet(() -> inSymbols(file, address, root));
  }

  private Optional<Location> inGo(CodeFile file, long address) {
    CodeTables goTables = tables.of(file);
    return goTables
        .goFunction(address)
        .map(
            go ->
                inFunction(
                    file,
                    address,
                    go.entry(),
                    () ->
                        named(
                            FrameKind.GO,
                            file,
                            SafeName.of(go.name()),
                            SafeName.of(goTables.goFile(go)))));
  }

  private Location inSymbols(CodeFile file, long address, FileOpener root) {
    SymbolTable symbols = file.symbols(loader, root, nanoTime.getAsLong());
    Optional<Symbol> symbol = symbols.find(address);
    if (symbol.isEmpty()) {
      return unnamedInFile(file.path(), file.buildId(), address, symbols.unnamedReason());
    }
    String raw = symbol.get().name();
    return inFunction(
        file,
        address,
        symbol.get().start(),
        () -> named(FrameKind.NATIVE, file, SafeName.of(Demangler.demangle(raw, style)), ""));
  }

  private Location inFunction(CodeFile file, long address, long start, Supplier<Location> naming) {
    Location known = named.find(file, start);
    Location location = known != null ? known : naming.get();
    named.keep(file, start, location);
    named.keep(file, address, location);
    return location;
  }

  private static Location named(FrameKind kind, CodeFile file, String name, String sourceFile) {
    return new Location(
        kind,
        SafeName.of(file.path()),
        file.buildId(),
        List.of(new SourceLine(name, sourceFile, 0)),
        Optional.empty());
  }

  /** An address of a file without a name: {@code file+0xoffset}. */
  static Location unnamedInFile(String path, String buildId, long address, UnnamedReason reason) {
    String mapping = SafeName.of(path);
    String name =
        mapping.substring(mapping.lastIndexOf('/') + 1) + "+0x" + Long.toHexString(address);
    return unnamed(FrameKind.NATIVE, mapping, buildId, name, reason);
  }

  /** Code made at run time, named by the process's perf-map. */
  static Location jit(String name) {
    SourceLine line = new SourceLine(SafeName.of(name), "", 0);
    return new Location(FrameKind.JIT, "", "", List.of(line), Optional.empty());
  }

  /** Run-time code without a name: its address means nothing to anybody and is left out. */
  static Location unnamedJit(UnnamedReason reason) {
    return unnamed(FrameKind.JIT, "", "", JIT, reason);
  }

  /** An address that is in no mapping, or in a process that could not be read in time. */
  static Location unknown(String mapping, UnnamedReason reason) {
    String name =
        switch (reason) {
          case PROCESS_GONE -> SafeName.of(mapping) + " [gone]";
          case PROCESS_UNREADABLE, SYMBOLS_REFUSED -> "[unreadable]";
          default -> "[no mapping]";
        };
    return unnamed(FrameKind.NATIVE, SafeName.of(mapping), "", name, reason);
  }

  static Location kernel(KernelName found) {
    String mapping = found.module().isEmpty() ? "" : "[" + SafeName.of(found.module()) + "]";
    if (found.unnamed().isPresent()) {
      return unnamed(FrameKind.KERNEL, mapping, "", KERNEL, found.unnamed().get());
    }
    SourceLine line = new SourceLine(SafeName.of(found.name()), "", 0);
    return new Location(FrameKind.KERNEL, mapping, "", List.of(line), Optional.empty());
  }

  private static Location unnamed(
      FrameKind kind, String mapping, String buildId, String name, UnnamedReason reason) {
    SourceLine line = new SourceLine(name, "", 0);
    return new Location(kind, mapping, buildId, List.of(line), Optional.of(reason));
  }
}
