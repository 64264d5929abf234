package io.nodeflame.symbolizer.symbols;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One file of the cache. Guarded by the cache's lock. */
final class CachedIndex {
  final long bytes;
  int leases;

  /** Open while somebody holds a lease, so that all share it. */
  @Nullable SymbolIndex open;

  /** Why it could not be opened when that was last tried, though it may be in order. */
  @Nullable IOException openFailure;

  CachedIndex(long bytes) {
    this.bytes = bytes;
  }
}
