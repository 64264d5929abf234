package io.nodeflame.symbolizer.symbols;

import io.nodeflame.symbolizer.UnnamedReason;
import java.util.Optional;

/**
 * Functions of one file by virtual address. The covering symbol wins, the innermost if several
 * cover; space between symbols belongs to none. Safe for many threads.
 *
 * <p>Close it when the file is no longer in use, so that the cache may evict it.
 */
public interface SymbolTable extends AutoCloseable {

  /** A table without symbols, which says why there are none. */
  static SymbolTable empty(UnnamedReason reason) {
    return new EmptySymbolTable(reason);
  }

  /** How many symbols there are. */
  int count();

  /** The symbol at an address, from 0, or -1. */
  int indexOf(long address);

  /** A symbol; empty when it cannot be read any more. */
  Optional<Symbol> symbol(int index);

  /** Why an address without a symbol has none; another once the table cannot be read any more. */
  UnnamedReason unnamedReason();

  default Optional<Symbol> find(long address) {
    int index = indexOf(address);
    return index < 0 ? Optional.empty() : symbol(index);
  }

  @Override
  void close();
}
