package io.nodeflame.symbolizer.symbols;

/** What the index of some symbols takes at most: the first of two passes over a source. */
final class IndexMeasure implements SymbolConsumer {
  private final long maxBytes;
  private long nameBytes;
  private long count;

  /**
   * @param maxBytes a larger index is refused, as soon as that is known; below 2 GiB
   */
  IndexMeasure(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  @Override
  public void symbol(
      SymbolKind kind, long start, long size, long limit, byte[] name, int nameLength)
      throws TooManySymbolsException {
    if (SymbolRecords.isUsable(start, limit, nameLength)) {
      nameBytes += nameLength + 1L;
      count++;
      if (bytes() > maxBytes) {
        throw new TooManySymbolsException("the symbols need more than " + maxBytes + " bytes");
      }
    }
  }

  /** Where the entries begin. */
  int entriesAt() {
    long end = IndexFormat.HEADER_BYTES + nameBytes;
    return (int) ((end + Long.BYTES - 1) / Long.BYTES * Long.BYTES);
  }

  long bytes() {
    return entriesAt() + count * IndexFormat.ENTRY_BYTES;
  }
}
