package io.nodeflame.symbolizer.symbols;

import org.jspecify.annotations.Nullable;

/** One file of the cache. Guarded by the cache's lock. */
final class CachedIndex {
  final long bytes;
  int leases;

  /** Open while somebody holds a lease, so that all share one mapping. */
  @Nullable SymbolIndex open;

  CachedIndex(long bytes) {
    this.bytes = bytes;
  }
}
