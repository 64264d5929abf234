package io.nodeflame.symbolizer.symbols;

import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Several sources, the most trusted first. What a malformed one gave before it failed is kept; only
 * when nothing came at all, its failure is the whole's.
 */
final class CombinedSource implements SymbolSource {
  private final List<SymbolSource> sources;

  CombinedSource(List<SymbolSource> sources) {
    this.sources = List.copyOf(sources);
  }

  @Override
  public void forEach(SymbolConsumer consumer) throws IOException {
    boolean[] any = new boolean[1];
    SymbolConsumer watched =
        (kind, start, size, limit, name, nameLength) -> {
          any[0] = true;
          consumer.symbol(kind, start, size, limit, name, nameLength);
        };
    @Nullable MalformedException failure = null;
    for (SymbolSource source : sources) {
      try {
        source.forEach(watched);
      } catch (MalformedException e) {
        failure = e;
      }
    }
    if (failure != null && !any[0]) {
      throw failure;
    }
  }
}
