package io.nodeflame.symbolizer.symbols;

import java.io.IOException;

/** Something that knows functions of a file: an ELF symbol table, Go's line table. */
@FunctionalInterface
public interface SymbolSource {

  /** Hands over every function once. A second call hands over the same. */
  void forEach(SymbolConsumer consumer) throws IOException;
}
