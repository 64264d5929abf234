package io.nodeflame.symbolizer.symbols;

import java.io.IOException;

/** The cache directory cannot be written: full, read-only or gone. */
final class CacheException extends IOException {
  private static final long serialVersionUID = 1;

  CacheException(IOException cause) {
    super(cause.getMessage(), cause);
  }
}
