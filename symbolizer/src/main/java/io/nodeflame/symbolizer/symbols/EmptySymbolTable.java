package io.nodeflame.symbolizer.symbols;

import io.nodeflame.symbolizer.UnnamedReason;

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
  public String name(int index) {
    throw new IndexOutOfBoundsException(index);
  }

  @Override
  public long start(int index) {
    throw new IndexOutOfBoundsException(index);
  }

  @Override
  public long size(int index) {
    throw new IndexOutOfBoundsException(index);
  }

  @Override
  public void close() {}
}
