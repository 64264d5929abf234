package io.nodeflame.symbolizer.symbols;

import io.nodeflame.symbolizer.UnnamedReason;
import java.util.Optional;

/** No symbols. */
record EmptySymbolTable(UnnamedReason unnamedReason) implements SymbolTable {
  @Override
  public int count() {
    return 0;
  }

  @Override
  public int indexOf(long address) {
    return -1;
  }

  @Override
  public Optional<Symbol> symbol(int index) {
    throw new IndexOutOfBoundsException(index);
  }

  @Override
  public void close() {}
}
