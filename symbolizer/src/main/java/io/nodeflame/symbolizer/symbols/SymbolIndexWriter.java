package io.nodeflame.symbolizer.symbols;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Makes an index file of symbols in any order. Needs about 2 MiB of heap however many there are:
 * the names go to the file as they come, the rest to a {@link SymbolSorter}.
 */
final class SymbolIndexWriter implements SymbolConsumer, AutoCloseable {
  private final IndexOutput output;
  private final SymbolSorter sorter;
  private int accepted;

  /**
   * @param files opens them
   * @param path an empty file
   * @param directory for temporary files
   * @param maxBytes of the index; at most 2 GiB
   */
  SymbolIndexWriter(IndexFiles files, Path path, Path directory, long maxBytes) throws IOException {
    this.output = new IndexOutput(files, path, Math.min(maxBytes, Integer.MAX_VALUE));
    this.sorter = new SymbolSorter(files, directory);
  }

  /** Symbols taken so far. */
  int accepted() {
    return accepted;
  }

  /** What its files take on the disk. For every thread. */
  long writtenBytes() {
    return output.writtenBytes() + sorter.writtenBytes();
  }

  @Override
  public void symbol(
      SymbolKind kind, long start, long size, long limit, byte[] name, int nameLength)
      throws IOException {
    if (!SymbolRecords.isUsable(start, limit, nameLength)) {
      return;
    }
    long reach = SymbolRecords.reach(start, limit);
    sorter.add(
        start,
        SymbolRecords.sizeAndPreference(
            size, reach, SymbolRecords.preference(kind, name, nameLength)),
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
}
