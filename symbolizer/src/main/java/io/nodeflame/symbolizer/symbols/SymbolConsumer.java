package io.nodeflame.symbolizer.symbols;

import java.io.IOException;

/** Takes symbols in any order. */
@FunctionalInterface
public interface SymbolConsumer {

  /**
   * Takes one function.
   *
   * @param kind decides between names of one address
   * @param start virtual address
   * @param size bytes; 0 when unknown: it then reaches to the next symbol
   * @param limit first address that it cannot reach, such as the end of its section
   * @param name bytes of UTF-8 without a zero; not kept
   * @param nameLength how many of them count
   */
  void symbol(SymbolKind kind, long start, long size, long limit, byte[] name, int nameLength)
      throws IOException;
}
