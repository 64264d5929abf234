package io.nodeflame.symbolizer.symbols;

import io.nodeflame.symbolizer.UnnamedReason;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** One user's hold on an index of the cache, given back once. */
final class LeasedTable implements SymbolTable {
  private final SymbolIndex index;
  private final Runnable giveBack;
  private final AtomicBoolean closed = new AtomicBoolean();

  LeasedTable(SymbolIndex index, Runnable giveBack) {
    this.index = index;
    this.giveBack = giveBack;
  }

  boolean isComplete() {
    return index.isComplete();
  }

  /** Size of the index. */
  long bytes() {
    return index.bytes();
  }

  @Override
  public int count() {
    return index.count();
  }

  @Override
  public int indexOf(long address) {
    return index.indexOf(address);
  }

  @Override
  public Optional<Symbol> find(long address) {
    return index.find(address);
  }

  @Override
  public Optional<Symbol> symbol(int symbol) {
    return index.symbol(symbol);
  }

  @Override
  public UnnamedReason unnamedReason() {
    return index.unnamedReason();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      giveBack.run();
    }
  }
}
