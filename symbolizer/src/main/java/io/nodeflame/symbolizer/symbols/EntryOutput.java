package io.nodeflame.symbolizer.symbols;

import java.io.IOException;

/** Takes the entries of an index, sorted by start. */
@FunctionalInterface
interface EntryOutput {

  /**
   * Takes the next entry.
   *
   * @param size bytes, not 0; at most 32 bits
   * @param name its offset in the index
   * @param parent entry that may cover what this one does not, or -1
   */
  void entry(long start, long size, long name, int parent) throws IOException;
}
