package io.nodeflame.symbolizer.symbols;

import java.io.IOException;

/** Sorted {@link SymbolRecords}, of which one is current. */
abstract class SymbolRun implements Comparable<SymbolRun> {
  long start;
  long sizeAndPreference;
  long nameAndReach;

  /** Steps to the next record, the first at the first call; false at the end. */
  abstract boolean advance() throws IOException;

  /** By the current records. */
  @Override
  public final int compareTo(SymbolRun other) {
    return SymbolRecords.compare(
        start,
        sizeAndPreference,
        nameAndReach,
        other.start,
        other.sizeAndPreference,
        other.nameAndReach);
  }

  @Override
  public final boolean equals(Object other) {
    return this == other;
  }

  @Override
  public final int hashCode() {
    return System.identityHashCode(this);
  }
}
