package io.nodeflame.symbolizer.symbols;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Makes an index file of symbols in any order. Needs about 2 MiB of heap however many there are:
 * the names go to the file as they come, the rest to a {@link SymbolSorter}.
 */
final class SymbolIndexWriter implements SymbolConsumer, AutoCloseable {
  private static final long MAX_SIZE = 0xffff_fffeL;

  private final IndexOutput output;
  private final SymbolSorter sorter;
  private int accepted;

  /**
   * @param path an empty file
   * @param directory for temporary files
   * @param maxBytes of the index; at most 2 GiB
   */
  SymbolIndexWriter(Path path, Path directory, long maxBytes) throws IOException {
    this.output = new IndexOutput(path, Math.min(maxBytes, Integer.MAX_VALUE));
    this.sorter = new SymbolSorter(directory);
  }

  /** Symbols taken so far. */
  int accepted() {
    return accepted;
  }

  @Override
  public void symbol(
      SymbolKind kind, long start, long size, long limit, byte[] name, int nameLength)
      throws IOException {
    if (nameLength <= 0 || Long.compareUnsigned(start, limit) >= 0) {
      return;
    }
    long reach = unsignedMin(limit - start, MAX_SIZE);
    sorter.add(
        start,
        SymbolRecords.sizeAndPreference(
            unsignedMin(size, reach), SymbolRecords.preference(kind, name, nameLength)),
        SymbolRecords.nameAndReach(output.position(), reach));
    output.name(name, nameLength);
    accepted++;
  }

  /**
   * Writes the entries and the header.
   *
   * @param complete true when the symbols came from a {@code .symtab}
   */
  void finish(boolean complete) throws IOException {
    output.align();
    long entriesAt = output.position();
    EntryWriter entries = new EntryWriter(output);
    SymbolRun symbols = sorter.sorted();
    while (symbols.advance()) {
      entries.add(symbols);
    }
    output.finish(complete, entries.finish(), entriesAt);
  }

  @Override
  public void close() throws IOException {
    try (output;
        sorter) {
      accepted = 0;
    }
  }

  private static long unsignedMin(long left, long right) {
    return Long.compareUnsigned(left, right) < 0 ? left : right;
  }
}
